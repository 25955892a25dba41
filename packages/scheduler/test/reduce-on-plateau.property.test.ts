import type { ParamGroup } from '@hookloop/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReduceOnPlateauLR, ReduceOnPlateauMomentum, type ReduceOnPlateauOptions } from '../src/index.js'
import { twoGroups, valuesOf } from './arbitrary-schedules.js'

const rule = fc.constantFrom('less' as const, 'greater' as const)
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const options = fc.record({
  rule,
  factor: number(0, 0.99),
  patience: fc.integer({ min: 0, max: 4 }),
  threshold: number(0, 0.1),
  thresholdRule: fc.constantFrom('rel' as const, 'abs' as const),
  cooldown: fc.integer({ min: 0, max: 3 }),
  minValue: fc.oneof(number(0, 0.1), fc.tuple(number(0, 0.8), number(0, 0.1))),
  eps: number(0, 1e-3),
})
const window = fc.record({ begin: fc.integer({ min: 0, max: 5 }), length: fc.integer({ min: 1, max: 30 }) })
/** What a validation says after an epoch, where there was one. */
const metric = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -10, max: 10 }) },
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
)
const epochs = fc.array(fc.option(metric), { minLength: 1, maxLength: 40 })

/** An epoch as a Runner tells it: its end, and its validation if there was one. */
function endEpoch(scheduler: ReduceOnPlateauLR, loss: number | null): void {
  if (loss !== null) scheduler.step({ loss })
  scheduler.step()
}

describe('ReduceOnPlateau', () => {
  it('never raises a value and never goes below the lowest', () => {
    fc.assert(
      fc.property(options, epochs, (chosen, losses) => {
        const target = twoGroups()
        const scheduler = new ReduceOnPlateauLR(target, {}, chosen)
        const lowest = [chosen.minValue, chosen.minValue].flat()
        let before = valuesOf(target)
        for (const loss of losses) {
          endEpoch(scheduler, loss)
          const now = valuesOf(target)
          now.forEach((value, group) => {
            expect(value).toBeLessThanOrEqual(before[group] ?? Number.NaN)
            if (value !== before[group]) expect(value).toBeGreaterThanOrEqual(lowest[group] ?? Number.NaN)
          })
          before = now
        }
      }),
    )
  })

  it('takes NaN for worse than any number', () => {
    fc.assert(
      fc.property(options, epochs, fc.integer({ min: -10, max: 10 }), (chosen, losses, worse) => {
        const endless = { ...chosen, threshold: 0, thresholdRule: 'abs' as const }
        const judged = (ofNaN: number) => {
          const target = twoGroups()
          const scheduler = new ReduceOnPlateauLR(target, {}, endless)
          scheduler.step({ loss: worse })
          return losses.map((loss) => {
            endEpoch(scheduler, Number.isNaN(loss) ? ofNaN : loss)
            return [...valuesOf(target), scheduler.state]
          })
        }
        expect(judged(Number.NaN)).toEqual(judged(chosen.rule === 'less' ? 1e12 : -1e12))
      }),
    )
  })

  it('only ever finds better ones, by at least the threshold', () => {
    fc.assert(
      fc.property(options, epochs, (chosen, losses) => {
        const scheduler = new ReduceOnPlateauLR(twoGroups(), {}, { ...chosen, thresholdRule: 'abs' })
        for (const loss of losses) {
          const { best } = scheduler.state
          endEpoch(scheduler, loss)
          const found = scheduler.state.best
          if (found === best) continue
          const gain = chosen.rule === 'less' ? best - found : found - best
          expect(gain).toBeGreaterThan(0)
          expect(gain).toBeGreaterThanOrEqual(chosen.threshold - 1e-6)
        }
      }),
    )
  })

  it('waits for patience, and then for the cooldown', () => {
    fc.assert(
      fc.property(options, ({ patience, cooldown, ...rest }) => {
        const target = twoGroups()
        const chosen = { ...rest, patience, cooldown, factor: 0.5, minValue: 0, eps: 0 }
        const scheduler = new ReduceOnPlateauLR(target, {}, chosen)
        const changes = Array.from({ length: 40 }, () => {
          const [before] = valuesOf(target)
          endEpoch(scheduler, Number.NaN)
          return valuesOf(target)[0] !== before
        })
        const [first, ...later] = changes.flatMap((hasChanged, epoch) => (hasChanged ? [epoch] : []))
        expect(first).toBe(patience)
        expect(later[0]).toBe(patience + cooldown + patience + 1)
      }),
    )
  })

  it('does nothing outside of its window, which counts epochs', () => {
    fc.assert(
      fc.property(options, window, epochs, (chosen, { begin, length }, losses) => {
        const target = twoGroups()
        const scheduler = new ReduceOnPlateauLR(target, {}, { ...chosen, begin, end: begin + length })
        losses.forEach((loss, epoch) => {
          const before = [...valuesOf(target), scheduler.state.best, scheduler.state.lastStep]
          endEpoch(scheduler, loss)
          if (epoch >= begin && epoch < begin + length) return
          expect([...valuesOf(target), scheduler.state.best, scheduler.state.lastStep]).toEqual(before)
        })
      }),
    )
  })

  it('resumed at any epoch gives, to the bit, what it gives without a stop', () => {
    fc.assert(
      fc.property(options, window, epochs, fc.nat(), (chosen, { begin, length }, losses, where) => {
        const setting: ReduceOnPlateauOptions = { ...chosen, begin, end: begin + length }
        const target = twoGroups()
        const whole = new ReduceOnPlateauLR(target, {}, setting)
        const resumed = twoGroups()
        let scheduler = new ReduceOnPlateauLR(resumed, {}, setting)
        losses.forEach((loss, epoch) => {
          if (epoch === where % losses.length) {
            const state = structuredClone(scheduler.stateDict())
            scheduler = new ReduceOnPlateauLR(resumed, {}, setting)
            scheduler.loadStateDict(state)
            expect(scheduler.changedArguments).toEqual([])
          }
          endEpoch(whole, loss)
          endEpoch(scheduler, loss)
          expect([valuesOf(resumed), scheduler.state]).toEqual([valuesOf(target), whole.state])
        })
      }),
    )
  })

  it('drives a momentum, or a first beta, as it drives a rate', () => {
    fc.assert(
      fc.property(options, epochs, fc.boolean(), (chosen, losses, hasBetas) => {
        const [rates, momenta] = [twoGroups(), twoGroups(hasBetas)]
        const [ofRates, ofMomenta] = [
          new ReduceOnPlateauLR(rates, {}, chosen),
          new ReduceOnPlateauMomentum(momenta, {}, chosen),
        ]
        for (const loss of losses) {
          endEpoch(ofRates, loss)
          endEpoch(ofMomenta, loss)
          expect(valuesOf(momenta, 'Momentum')).toEqual(valuesOf(rates))
        }
        expect(valuesOf(momenta)).toEqual(valuesOf(twoGroups()))
      }),
    )
  })

  it('refuses an eps below 0, with which a value could rise to the lowest', () => {
    const group: ParamGroup = { params: [], lr: 0.1 }
    expect(() => new ReduceOnPlateauLR({ paramGroups: [group] }, {}, { eps: -1, minValue: 0.5 })).toThrow(
      /eps: is -1, but must be a number from 0/,
    )
  })
})
