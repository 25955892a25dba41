import { expectTypeOf, it } from 'vitest'
import type { RunnerOptions, TrainCfg } from '../runner/options.js'
import type { Count, Duration } from './duration.js'

it('durations are numbers and texts of known units', () => {
  const all: Duration[] = [
    3,
    '3ep',
    '0.5ep',
    '500it',
    '10%',
    '90s',
    '30min',
    '1h30min',
    '1d12h',
    '1d2h3min4s',
  ]
  const counts: Count[] = [3, '3ep', '500it', '10%']
  // @ts-expect-error: a unit that there is not
  const mistyped: Duration = '3 epoch'
  // @ts-expect-error: no number
  const wordy: Duration = 'three ep'
  // @ts-expect-error: the greatest part comes first
  const turned: Duration = '30min1h'
  // @ts-expect-error: a time is no count
  const time: Count = '30min'
  expectTypeOf([...all, ...counts, mistyped, wordy, turned, time]).toBeArray()
})

it('options take those that make sense in their place', () => {
  const cfgs: TrainCfg[] = [
    { maxEpochs: '500it', valInterval: '0.5ep', valBegin: '10%', maxTime: '1d12h' },
    { byEpoch: false, maxIters: '3ep', valInterval: '30min', maxTime: 3600, dynamicIntervals: [[10, '2ep']] },
  ]
  // @ts-expect-error: a run without an end
  const endless: TrainCfg = { maxEpochs: '2h' }
  // @ts-expect-error: a time is meant
  const counted: TrainCfg = { maxEpochs: 3, maxTime: '3ep' }
  const batches: RunnerOptions['fastDevRun'][] = [true, 3]
  expectTypeOf([...cfgs, endless, counted]).toBeArray()
  expectTypeOf(batches).toBeArray()
})
