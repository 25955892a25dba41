import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProfileSchedule } from './options.js'
import { ProfilePlan } from './profile-plan.js'

/** The steps that a plan records until it is over, with a bar after each cycle. */
function recorded(plan: ProfilePlan, most = 30): string {
  let text = ''
  for (let step = 0; step < most && !plan.isOverAfter(step); step++) {
    if (plan.records(step)) text += `${step} `
    if (plan.endsCycle(step)) text += '| '
  }
  return text.trim()
}

describe('ProfilePlan', () => {
  it.each<[boolean, number, ProfileSchedule | null, string]>([
    [false, 3, null, '0 1 2'],
    [false, 8, { wait: 1, warmup: 1, active: 2 }, '2 3 | 6 7 |'],
    [false, 8, { wait: 1, warmup: 1, active: 2, repeat: 1 }, '2 3 |'],
    [false, 9, { skipFirst: 3, wait: 1, active: 1, repeat: 2 }, '4 | 6 |'],
    [false, 7, { wait: 2, active: 3 }, '2 3 4 |'],
    [false, 4, { active: 2 }, '0 1 | 2 3 |'],
    [true, 1, { active: 2, repeat: 2 }, '0 1 | 2 3 |'],
  ])('byEpoch %s, %i times, with %j records %s', (byEpoch, times, schedule, steps) => {
    expect(recorded(new ProfilePlan(byEpoch, times, schedule))).toBe(steps)
  })

  it('lasts until the epoch ends where no schedule ends it', () => {
    expect(recorded(new ProfilePlan(true, 1), 3)).toBe('0 1 2')
  })

  it('records `active` steps before each end of a cycle', () => {
    const small = fc.nat(4)
    const schedules = fc.record({
      wait: small,
      warmup: small,
      active: fc.integer({ min: 1, max: 4 }),
      skipFirst: small,
    })
    fc.assert(
      fc.property(schedules, fc.integer({ min: 1, max: 5 }), (schedule, repeat) => {
        const cycles = recorded(new ProfilePlan(true, 1, { ...schedule, repeat }), 1000).split('|')
        expect(cycles.pop()).toBe('')
        expect(cycles).toHaveLength(repeat)
        for (const [index, cycle] of cycles.entries()) {
          const length = schedule.wait + schedule.warmup + schedule.active
          const first = schedule.skipFirst + index * length + schedule.wait + schedule.warmup
          const steps = Array.from({ length: schedule.active }, (_, step) => first + step)
          expect(cycle.trim()).toBe(steps.join(' '))
        }
      }),
    )
  })
})
