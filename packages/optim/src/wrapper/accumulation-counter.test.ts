import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AccumulationCounter } from './accumulation-counter.js'

describe('AccumulationCounter', () => {
  it('averages every window over what it holds, the shorter last one too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 60 }), (counts, total) => {
        const counter = new AccumulationCounter(counts)
        counter.initialize(0, total)
        let weight = 0
        let updates = 0
        while (counter.done < total) {
          weight += 1 / counter.lossFactor
          if (counter.nextPassUpdates) {
            expect(weight).toBeCloseTo(1, 12)
            weight = 0
            updates += 1
          }
          counter.advance()
        }
        expect(weight).toBe(0)
        expect(updates).toBe(Math.ceil(total / counts))
      }),
    )
  })

  it('divides by the counts for ever when the length of the run is unknown', () => {
    const counter = new AccumulationCounter(3)
    const seen = Array.from({ length: 7 }, () => {
      const facts = [counter.lossFactor, counter.nextPassUpdates, counter.positionInWindow]
      counter.advance()
      return facts
    })
    expect(seen).toEqual([
      [3, false, 1],
      [3, false, 2],
      [3, true, 3],
      [3, false, 1],
      [3, false, 2],
      [3, true, 3],
      [3, false, 1],
    ])
  })

  it('keeps the divisor of a window that a run starts in the middle of', () => {
    const counter = new AccumulationCounter(4)
    counter.initialize(6, 11)
    expect([counter.lossFactor, counter.nextPassUpdates]).toEqual([4, false])
    counter.advance()
    expect([counter.lossFactor, counter.nextPassUpdates]).toEqual([4, true])
    counter.advance()
    expect([counter.lossFactor, counter.nextPassUpdates]).toEqual([3, false])
  })
})
