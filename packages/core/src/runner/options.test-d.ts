import { expectTypeOf, it } from 'vitest'
import type { RunnerOptions, TrainCfg } from './options.js'

it('trainCfg knows its options, by epoch and by iteration', () => {
  const byEpoch: TrainCfg = { maxEpochs: 3, valInterval: 2 }
  const byIter: TrainCfg = { byEpoch: false, maxIters: 100, valBegin: 10 }
  expectTypeOf([byEpoch, byIter]).toExtend<TrainCfg[]>()
  // @ts-expect-error: a mistyped option
  const mistyped: TrainCfg = { maxEpochs: 1, valIntervall: 1 }
  // @ts-expect-error: a mistyped option of the other loop
  const mistypedByIter: TrainCfg = { byEpoch: false, maxIters: 4, valIntervall: 1 }
  // @ts-expect-error: both units
  const both: TrainCfg = { maxEpochs: 1, maxIters: 3 }
  // @ts-expect-error: a loop that nobody has declared
  const unknown: TrainCfg = { type: 'MyLoop', maxEpochs: 1 }
  expectTypeOf([mistyped, mistypedByIter, both, unknown]).toBeArray()
})

it('engine knows the settings of tfjs-node', () => {
  const engines: RunnerOptions['engine'][] = [
    'tfjs-node',
    { name: 'tfjs-node', intraOpThreads: 1, interOpThreads: 2, oneDnn: true, xla: false },
    { name: 'tfjs-node', settings: 'auto', oneDnn: true },
  ]
  // @ts-expect-error: a mistyped setting
  const mistyped: RunnerOptions['engine'] = { name: 'tfjs-node', intraOpThread: 1 }
  // @ts-expect-error: wasm has no settings
  const wasm: RunnerOptions['engine'] = { name: 'wasm', intraOpThreads: 1 }
  expectTypeOf([...engines, mistyped, wasm]).toBeArray()
})
