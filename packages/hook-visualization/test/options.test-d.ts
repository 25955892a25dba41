import type { HookConfig } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import '../src/index.js'

it('offers the options of the hook', () => {
  const config: HookConfig = {
    type: 'NaiveVisualizationHook',
    interval: 5,
    modes: ['val', 'test'],
    imageShape: [28, 28],
    mean: [0.5, 0.5, 0.5],
    range: [0, 1],
    priority: 'LOW',
  }
  expectTypeOf(config).toExtend<HookConfig>()
  // @ts-expect-error: an unknown option
  const unknownOption: HookConfig = { type: 'NaiveVisualizationHook', drawGT: true }
  // @ts-expect-error: a loop that there is not
  const unknownMode: HookConfig = { type: 'NaiveVisualizationHook', modes: ['predict'] }
  // @ts-expect-error: one end of a range
  const halfRange: HookConfig = { type: 'NaiveVisualizationHook', range: [0] }
  expectTypeOf([unknownOption, unknownMode, halfRange]).toBeArray()
})
