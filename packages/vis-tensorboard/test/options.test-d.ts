import type { RunnerOptions } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import '../src/index.js'

it('offers the backend and its options by name', () => {
  const plain: RunnerOptions['visualizer'] = {
    type: 'Visualizer',
    visBackends: [{ type: 'LocalVisBackend' }, { type: 'TensorboardVisBackend' }],
  }
  const elsewhere: RunnerOptions['visualizer'] = {
    type: 'Visualizer',
    visBackends: [{ type: 'TensorboardVisBackend', saveDir: 'runs/baseline' }],
  }
  expectTypeOf([plain, elsewhere]).toExtend<RunnerOptions['visualizer'][]>()
  const unknownOption: RunnerOptions['visualizer'] = {
    type: 'Visualizer',
    // @ts-expect-error: an unknown option
    visBackends: [{ type: 'TensorboardVisBackend', logDir: 'runs' }],
  }
  const wrongType: RunnerOptions['visualizer'] = {
    type: 'Visualizer',
    // @ts-expect-error: a folder that is no text
    visBackends: [{ type: 'TensorboardVisBackend', saveDir: 3 }],
  }
  expectTypeOf([unknownOption, wrongType]).toBeArray()
})
