import { describe, expect, it } from 'vitest'
import '../registry/built-ins.js'
import { SingleProcess } from '../distributed/single-process.js'
import { Runner } from '../runner/runner.js'
import { MemoryStorage } from '../storage/memory-storage.js'

const model = {
  parameters: () => [],
  stateDict: () => ({}),
  loadStateDict: () => ({ missing: [], unexpected: [] }),
}

function runnerWith(options: object): Runner {
  return Runner.fromConfig({ model, workDir: '/w', storage: new MemoryStorage(), console: false, ...options })
}

describe('visualizer of a Runner', () => {
  it('is there with its backends from the config', () => {
    expect(runnerWith({}).visualizer.backends).toHaveLength(1)
    const visBackends = [{ type: 'LocalVisBackend' }, { type: 'LocalVisBackend', scalarSaveFile: 'x.json' }]
    expect(runnerWith({ visualizer: { type: 'Visualizer', visBackends } }).visualizer.backends).toHaveLength(
      2,
    )
  })

  it('has no backends on other processes than the first', () => {
    class Second extends SingleProcess {
      override readonly rank = 1
      override readonly worldSize = 2
    }
    expect(runnerWith({ dist: new Second() }).visualizer.backends).toEqual([])
  })

  it.each([
    [{ visBackends: [] }, /visualizer: must be a config, such as \{ type: 'Visualizer'/],
    [{ type: 'Visualiser' }, /visualizer\.type: .*Did you mean 'Visualizer'/],
    [{ type: 'Visualizer', backends: [] }, /visualizer\.backends: is not an option.*visBackends/],
    [
      { type: 'Visualizer', visBackends: 'tensorboard' },
      /visualizer\.visBackends: is 'tensorboard', but must be a list/,
    ],
    [
      { type: 'Visualizer', visBackends: [{}] },
      /visualizer\.visBackends\[0\]: is an object, but must be a config with a type/,
    ],
    [
      { type: 'Visualizer', visBackends: [{ type: 'TensorboardVisBackend' }] },
      /visBackends\[0\]\.type: .*npm install @hookloop\/vis-tensorboard/,
    ],
    [
      { type: 'Visualizer', visBackends: [{ type: 'LocalVisBackend', scalarSaveFile: '' }] },
      /visBackends\[0\]\.scalarSaveFile: is '', but must be a name/,
    ],
  ])('refuses %j', (visualizer, message) => {
    expect(() => runnerWith({ visualizer })).toThrow(message)
  })
})
