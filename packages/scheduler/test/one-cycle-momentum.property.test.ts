import type { ParamGroup } from '@hookloop/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OneCycleMomentum, type OneCycleMomentumOptions } from '../src/index.js'

/** The momentum before each step of a cycle. */
function curve(totalSteps: number, options: OneCycleMomentumOptions): number[] {
  const group: ParamGroup = { params: [], lr: 0.1, momentum: 0.9 }
  const scheduler = new OneCycleMomentum(
    { paramGroups: [group] },
    {},
    { ...options, totalSteps, byEpoch: false },
  )
  return Array.from({ length: totalSteps }, () => {
    const value = group.momentum ?? Number.NaN
    scheduler.step()
    return value
  })
}

describe('OneCycleMomentum', () => {
  it('stays between its lowest and its highest value, and ends at the highest', () => {
    const options = fc.record({
      baseMomentum: fc.double({ min: 0, max: 0.5, noNaN: true }),
      maxMomentum: fc.double({ min: 0.5, max: 1, noNaN: true }),
      pctStart: fc.oneof(
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        fc.constantFrom(0.1, 0.2, 0.25, 0.5),
      ),
      annealStrategy: fc.constantFrom('cos' as const, 'linear' as const),
      threePhase: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 40 }), options, (totalSteps, setting) => {
        const values = curve(totalSteps, setting)
        for (const value of values) {
          expect(value).toBeGreaterThanOrEqual(setting.baseMomentum - 1e-9)
          expect(value).toBeLessThanOrEqual(setting.maxMomentum + 1e-9)
        }
        expect(values.at(-1)).toBeCloseTo(setting.maxMomentum, 9)
      }),
    )
  })

  it.each([false, true])(
    'starts at its lowest value where the way down has no steps (threePhase: %s)',
    (threePhase) => {
      expect(curve(10, { pctStart: 0.1, baseMomentum: 0.6, threePhase })[0]).toBe(0.6)
    },
  )
})
