import { Hook, type Runner } from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import { describe, expect, it } from 'vitest'
import { IterTimerHook } from './index.js'
import { TimeLeft } from './time-left.js'

describe('IterTimerHook', () => {
  it('measures data and steps and tells the time left', async () => {
    const clock = { seconds: 1000 }
    class Delays extends Hook {
      override readonly priority = 'HIGHEST'
      readonly etas: unknown[] = []
      override beforeTrainIter() {
        clock.seconds += 0.25
      }
      override afterTrainIter() {
        clock.seconds += 0.5
      }
      override afterTrainEpoch(runner: Runner) {
        this.etas.push(runner.messageHub.getInfo('eta'))
      }
    }
    const delays = new Delays()
    const timer = new IterTimerHook({ now: () => clock.seconds })
    await withRunner({ defaultHooks: { timer }, customHooks: [delays] }, async (runner) => {
      await runner.train()
      const { values } = runner.messageHub.getScalar('train/time').data()
      expect([...values]).toEqual(Array.from({ length: 8 }, () => 0.75))
      expect(runner.messageHub.getScalar('train/data_time').mean()).toBe(0.25)
    })
    expect(delays.etas).toEqual([3, 0])
  })

  it('refuses a clock that is none', () => {
    expect(() => new IterTimerHook(JSON.parse('{"now": 5}'))).toThrow(/now: is 5, but must be a function/)
  })
})

describe('TimeLeft', () => {
  it('knows nothing before the first iteration', () => {
    expect(new TimeLeft().secondsFor(10)).toBe(0)
  })

  it('takes the mean of what it has seen since the reset', () => {
    const left = new TimeLeft()
    left.add(100)
    left.reset()
    left.add(1)
    left.add(3)
    expect(left.secondsFor(5)).toBe(10)
  })
})
