import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RunClock } from './run-clock.js'

it('counts the time of training alone, and goes on from what a checkpoint holds', async () => {
  let now = 1000
  const clock = new RunClock(() => now)
  now += 5
  expect(clock.seconds).toBe(0)
  await clock.during(async () => {
    now += 7
    expect(clock.seconds).toBe(7)
  })
  now += 100
  expect(clock.seconds).toBe(7)
  const resumed = new RunClock(() => now)
  resumed.restore(clock.state())
  await resumed.during(async () => {
    now += 2
  })
  expect(resumed.seconds).toBe(9)
})

it('passes each multiple of an interval once, however often it is saved and restored, and none where steps wait', async () => {
  const steps = fc.array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 20 }),
      isComplete: fc.boolean(),
      isRestored: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 15 }), async (all, every) => {
      let now = 0
      let clock = new RunClock(() => now)
      let looked = 0
      for (const { seconds, isComplete, isRestored } of all) {
        await clock.during(async () => {
          now += seconds
          clock.tick(isComplete)
          const hasPassed = isComplete && Math.floor(now / every) > Math.floor(looked / every)
          expect(clock.hasPassed(every)).toBe(hasPassed)
          if (isComplete) looked = now
        })
        if (!isRestored) continue
        const state = clock.state()
        clock = new RunClock(() => now)
        clock.restore(state)
      }
      expect(clock.seconds).toBe(now)
    }),
  )
})
