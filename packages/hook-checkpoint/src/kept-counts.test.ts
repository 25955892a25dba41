import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keepNewest, trim } from './kept-counts.js'

describe('keepNewest', () => {
  it('drops the oldest above the maximum', () => {
    expect(keepNewest([1, 2], 3, 2)).toEqual({ kept: [2, 3], dropped: [1] })
  })

  it('counts a checkpoint that is saved again once', () => {
    expect(keepNewest([2, 3], 3, 2)).toEqual({ kept: [2, 3], dropped: [] })
  })

  it.each([0, -1])('keeps all with %d', (max) => {
    expect(keepNewest([1, 2], 3, max)).toEqual({ kept: [1, 2, 3], dropped: [] })
  })

  it('loses none, keeps the newest, and no more than asked for', () => {
    const counts = fc.uniqueArray(fc.nat(50))
    fc.assert(
      fc.property(counts, fc.nat(50), fc.integer({ min: 1, max: 9 }), (present, newest, max) => {
        const { kept, dropped } = keepNewest(present, newest, max)
        expect(kept.at(-1)).toBe(newest)
        expect(kept.length).toBeLessThanOrEqual(max)
        expect(new Set([...kept, ...dropped])).toEqual(new Set([...present, newest]))
        expect(dropped.length).toBe(Math.max(0, new Set([...present, newest]).size - max))
      }),
    )
  })
})

describe('trim', () => {
  it('lowers the number of those that are there', () => {
    expect(trim([1, 2, 3, 4], 2)).toEqual({ kept: [3, 4], dropped: [1, 2] })
    expect(trim([1], 2)).toEqual({ kept: [1], dropped: [] })
  })
})
