import { expect, it } from 'vitest'
import { StepTimes } from './step-times.js'

/** Ends steps that take `durations`, one after the other, until there are enough. @returns how many it took */
function timed(durations: (step: number) => number) {
  const times = new StepTimes()
  let now = 0
  let steps = 0
  while (!times.areEnough) {
    now += durations(steps++)
    times.endStep(now)
  }
  return { msPerStep: times.msPerStep, steps }
}

it('leaves out the first steps, in which graphs are made', () => {
  expect(timed((step) => (step === 0 ? 9000 : step < 3 ? 400 : 10)).msPerStep).toBe(10)
})

it('counts several steps that end at once, as those of one call, for what they take together', () => {
  expect(timed((step) => (step % 10 === 0 ? 100 : 0)).msPerStep).toBe(10)
})

it('is not misled by a machine that does something else meanwhile', () => {
  expect(timed((step) => (step % 60 < 25 ? 60 : 20)).msPerStep).toBe(20)
})

it('comes to an end where steps take long', () => {
  expect(timed(() => 4000)).toEqual({ msPerStep: 4000, steps: 8 })
})

it('knows nothing after too few steps', () => {
  const times = new StepTimes()
  for (let now = 0; now < 600; now += 100) times.endStep(now)
  expect(times.msPerStep).toBeUndefined()
})
