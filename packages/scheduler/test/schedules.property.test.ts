import type { ParamScheduler } from '@hookloop/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anySchedules,
  build,
  curve,
  momentumSchedules,
  multiplyingSchedules,
  oneCycleSchedules,
  runLength,
  type Suffix,
  type Target,
  twoGroups,
  valuesOf,
} from './arbitrary-schedules.js'

const stops = fc.integer({ min: 1, max: runLength - 1 })

/** What a checkpoint does: states and groups as they were, for schedulers that have just been built. */
function resume(
  from: readonly ParamScheduler[],
  groups: Target,
  into: readonly ParamScheduler[],
  to: Target,
) {
  to.paramGroups.forEach((group, index) => {
    Object.assign(group, structuredClone(groups.paramGroups[index]))
  })
  into.forEach((scheduler, index) => {
    scheduler.loadStateDict(structuredClone(from[index]?.stateDict() ?? {}))
    expect(scheduler.changedArguments).toEqual([])
  })
}

describe('schedulers', () => {
  it('resumed at any step give, to the bit, what they give without a stop', () => {
    const runs = fc.oneof(
      fc.tuple(fc.array(anySchedules, { minLength: 1, maxLength: 3 }), fc.constant<Suffix>('LR')),
      fc.tuple(fc.array(momentumSchedules, { minLength: 1, maxLength: 3 }), fc.constant<Suffix>('Momentum')),
    )
    fc.assert(
      fc.property(runs, fc.boolean(), stops, ([schedules, suffix], hasBetas, stop) => {
        const whole = curve(schedules, twoGroups(hasBetas), suffix)
        const first = twoGroups(hasBetas)
        const before = build(schedules, first, suffix)
        for (let step = 0; step < stop; step++) for (const scheduler of before) scheduler.step()
        const second = twoGroups(hasBetas)
        const after = build(schedules, second, suffix)
        resume(before, first, after, second)
        for (let step = stop; step < runLength; step++) {
          expect(valuesOf(second, suffix)).toEqual(whole[step])
          for (const scheduler of after) scheduler.step()
        }
      }),
    )
  })

  it('built with lastStep go on after it', () => {
    const fromStart = anySchedules.map((schedule) => ({ ...schedule, begin: 0, end: runLength }))
    fc.assert(
      fc.property(fromStart, stops, (schedule, stop) => {
        const whole = curve([schedule])
        const groups = twoGroups()
        const [before] = build([schedule], groups)
        for (let step = 1; step < stop; step++) before?.step()
        const [after] = build([{ ...schedule, lastStep: stop - 1 }], groups)
        for (let step = stop; step < runLength; step++) {
          expect(valuesOf(groups)).toEqual(whole[step])
          after?.step()
        }
      }),
    )
  })

  it('chained in any order give the product of what each gives alone, where their rules multiply', () => {
    const chains = fc.array(multiplyingSchedules, { minLength: 2, maxLength: 3 })
    fc.assert(
      fc.property(chains, (schedules) => {
        const alone = schedules.map((schedule) => curve([schedule]))
        for (const chain of [schedules, [...schedules].reverse()]) {
          curve(chain).forEach((values, step) => {
            expectProducts(
              values,
              valuesOf(twoGroups()),
              alone.map((rates) => rates[step] ?? []),
            )
          })
        }
      }),
    )
  })

  it('that follow one another start from what the first left', () => {
    fc.assert(
      fc.property(multiplyingSchedules, multiplyingSchedules, (one, two) => {
        const later = { ...two, begin: one.end, end: one.end + two.end - two.begin }
        const rates = curve([one, later])
        expect(rates.slice(0, one.end)).toEqual(curve([one]).slice(0, one.end))
      }),
    )
  })

  it('change nothing outside of their windows', () => {
    fc.assert(
      fc.property(anySchedules, (schedule) => {
        const rates = curve([schedule])
        for (const before of rates.slice(0, schedule.begin)) expect(before).toEqual(valuesOf(twoGroups()))
        for (const after of rates.slice(schedule.end)) expect(after).toEqual(rates[schedule.end - 1])
      }),
    )
  })

  it('drive a momentum, or a first beta, as they drive a rate', () => {
    fc.assert(
      fc.property(
        fc.array(momentumSchedules, { minLength: 1, maxLength: 2 }),
        fc.boolean(),
        (all, hasBetas) => {
          const target = twoGroups(hasBetas)
          expect(curve(all, target, 'Momentum')).toEqual(curve(all))
          for (const { betas } of target.paramGroups) expect(betas?.[1]).toBe(hasBetas ? 0.999 : undefined)
          expect(valuesOf(target, 'LR')).toEqual(valuesOf(twoGroups(), 'LR'))
        },
      ),
    )
  })

  it('alone give numbers from 0 at every step, but for rounding', () => {
    fc.assert(
      fc.property(anySchedules, (schedule) => {
        for (const rate of curve([schedule]).flat()) expect(rate).toBeGreaterThanOrEqual(-1e-12)
      }),
    )
  })
})

describe('OneCycleLR', () => {
  it('goes from its start once up to its peak and down to its lowest value', () => {
    fc.assert(
      fc.property(oneCycleSchedules, (schedule) => {
        const rates = curve([schedule])
          .slice(schedule.begin, schedule.end)
          .map(([rate = Number.NaN]) => rate)
        const peak = Number(schedule.etaMax)
        const highest = rates.indexOf(Math.max(...rates))
        rates.forEach((rate, step) => {
          expect(rate).toBeLessThanOrEqual(peak * (1 + 1e-9))
          const next = rates[step + 1] ?? rate
          if (step < highest) expect(next).toBeGreaterThanOrEqual(rate)
          else expect(next).toBeLessThanOrEqual(rate)
        })
        expect(rates.at(-1)).toBeCloseTo(peak / 25 / 1e4, 12)
      }),
    )
  })

  it('starts at its peak where the way up has no steps', () => {
    const rates = curve([{ kind: 'OneCycle', begin: 0, end: 10, etaMax: 1, pctStart: 0.1 }])
    expect(rates[0]).toEqual([1, 1])
  })
})

describe('CosineAnnealingLR', () => {
  it('stays between the start and its lowest value, and comes back', () => {
    const lowest = fc.double({ min: 0, max: 0.1, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 18 }), lowest, (tMax, etaMin) => {
        const rates = curve([{ kind: 'CosineAnnealing', begin: 0, end: runLength, tMax, etaMin }])
        const start = valuesOf(twoGroups())
        rates.flat().forEach((rate, index) => {
          expect(rate).toBeLessThanOrEqual((start[index % 2] ?? 0) * (1 + 1e-9))
          expect(rate).toBeGreaterThanOrEqual(etaMin * (1 - 1e-9))
        })
        rates[2 * tMax]?.forEach((rate, group) => {
          expect(rate).toBeCloseTo(start[group] ?? 0, 9)
        })
      }),
    )
  })
})

describe('convertToIterBased', () => {
  const gamma = fc.double({ min: 0.3, max: 1.2, noNaN: true })
  const kinds = fc.oneof(
    fc.record({ kind: fc.constant('Step'), stepSize: fc.integer({ min: 1, max: 5 }), gamma }),
    fc.record({
      kind: fc.constant('MultiStep'),
      milestones: fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }),
      gamma,
    }),
  )
  const windows = fc.record({
    begin: fc.integer({ min: 0, max: 4 }),
    length: fc.integer({ min: 1, max: 12 }),
  })

  it('changes nothing at the ends of epochs, where the rule is one of whole epochs', () => {
    fc.assert(
      fc.property(kinds, windows, fc.integer({ min: 1, max: 5 }), (entry, { begin, length }, epochLength) => {
        const ends = (convertToIterBased: boolean) => {
          const target = twoGroups()
          const schedule = { ...entry, begin, end: begin + length, byEpoch: true, convertToIterBased }
          const [scheduler] = build([schedule], target, 'LR', { epochLength })
          return Array.from({ length: 16 }, () => {
            for (let iter = 0; iter < (convertToIterBased ? epochLength : 1); iter++) scheduler?.step()
            return valuesOf(target)
          })
        }
        expect(ends(true)).toEqual(ends(false))
      }),
    )
  })
})

/** Within 1e-9 of the product of what each gives of the start. */
function expectProducts(
  values: readonly number[],
  start: readonly number[],
  alone: readonly (readonly number[])[],
) {
  values.forEach((value, group) => {
    const initial = start[group] ?? Number.NaN
    const product = alone.reduce(
      (result, rates) => (result * (rates[group] ?? Number.NaN)) / initial,
      initial,
    )
    expect(Math.abs(value - product)).toBeLessThanOrEqual(1e-9 * Math.abs(product))
  })
}
