import { describe, expect, it } from 'vitest'
import { RunClock } from '../duration/run-clock.js'
import type { ValidationPlan } from '../runner/options.js'
import { ValidationSchedule } from './intervals.js'

const epochLength = 4

/** Iterations after which an epoch loop of three epochs validates: within epochs, and (`e`) between them. */
function byEpoch(plan: ValidationPlan): string[] {
  const length = { epochLength, maxIters: 3 * epochLength, hasEpochs: true }
  const schedule = new ValidationSchedule(plan, 'ep', length, new RunClock())
  return Array.from({ length: length.maxIters }, (_, index) => index + 1).flatMap((iters) => {
    const epochs = Math.floor((iters - 1) / epochLength)
    const within = schedule.isDueAfterIter({ epochs, iters }, false) ? [`${iters}`] : []
    if (iters % epochLength !== 0) return within
    const after = schedule.isDueAfterEpoch({ epochs: epochs + 1, iters }, epochs === 2)
    return after ? [...within, `e${epochs + 1}`] : within
  })
}

describe('validations of a loop by epochs', () => {
  it.each<[ValidationPlan, string]>([
    [{}, 'e1 e2 e3'],
    [{ valInterval: 2 }, 'e2 e3'],
    [{ valInterval: '2ep' }, 'e2 e3'],
    [{ valInterval: '0.5ep' }, '2 4 6 8 10 12'],
    [{ valInterval: '5it' }, '5 10 e3'],
    [{ valInterval: '6it' }, '6 12'],
    [{ valInterval: '25%' }, '3 6 9 12'],
    [{ valInterval: '0.5ep', valBegin: 2 }, '10 12'],
    [{ valBegin: '5it' }, 'e2 e3'],
    [{ dynamicIntervals: [[2, '3it']] }, '6 9 12'],
  ])('with %j fall after %s', (plan, expected) => {
    expect(byEpoch(plan).join(' ')).toBe(expected)
  })

  it('tell their interval in epochs', () => {
    const length = { epochLength, maxIters: 12, hasEpochs: true }
    const at = (plan: ValidationPlan) =>
      new ValidationSchedule(plan, 'ep', length, new RunClock()).intervalAt({ epochs: 0, iters: 0 })
    expect(at({ valInterval: '2ep' })).toBe(2)
    expect(at({ valInterval: '6it' })).toBe(1.5)
    expect(at({ valInterval: '1h' })).toBe(Number.POSITIVE_INFINITY)
  })
})

it('by iterations, epochs are as many iterations as they have batches', () => {
  const length = { epochLength, maxIters: 12, hasEpochs: false }
  const schedule = new ValidationSchedule({ valInterval: '1ep' }, 'it', length, new RunClock())
  const due = Array.from({ length: 12 }, (_, index) => index + 1).filter((iters) =>
    schedule.isDueAfterIter({ epochs: 0, iters }, false),
  )
  expect(due).toEqual([4, 8, 12])
})
