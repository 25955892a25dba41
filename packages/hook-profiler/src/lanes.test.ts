import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lanesOf } from './lanes.js'

describe('lanesOf', () => {
  it('leaves what lies in each other in one lane, and puts what lies across in the next', () => {
    const spans = [
      { begin: 0, end: 10 },
      { begin: 0, end: 4 },
      { begin: 4, end: 4 },
      { begin: 5, end: 12 },
      { begin: 6, end: 9 },
      { begin: 10, end: 11 },
      { begin: 11, end: 13 },
    ]
    expect(lanesOf(spans)).toEqual([0, 0, 0, 1, 0, 0, 0])
  })

  it('never leaves two spans of a lane across each other', () => {
    const interval = fc
      .tuple(fc.nat(20), fc.nat(20))
      .map(([begin, length]) => ({ begin, end: begin + length }))
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 30 }), (unsorted) => {
        const spans = unsorted.toSorted((a, b) => a.begin - b.begin || b.end - a.end)
        const lanes = lanesOf(spans)
        for (const [i, a] of spans.entries()) {
          for (const [j, b] of spans.entries()) {
            if (i >= j || lanes[i] !== lanes[j]) continue
            expect(b.begin >= a.end || b.end <= a.end).toBe(true)
          }
        }
      }),
    )
  })
})
