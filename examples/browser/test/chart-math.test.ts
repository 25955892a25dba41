import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logarithmicSplits } from '../src/ui/axis.js'
import { smoothed } from '../src/ui/smoothed.js'

describe('a logarithmic axis', () => {
  it('has a line at powers of ten where there are enough of them, and finer ones where there are not', () => {
    expect(logarithmicSplits(0.009, 3)).toEqual([0.01, 0.1, 1])
    expect(logarithmicSplits(0.4, 3)).toEqual([0.5, 1, 2])
    expect(logarithmicSplits(1.5, 2.6).length).toBeGreaterThanOrEqual(3)
  })

  it('has some lines, all in the range, however little a loss has fallen', () => {
    const range = fc.tuple(
      fc.double({ min: 1e-4, max: 10, noNaN: true }),
      fc.double({ min: 1.6, max: 1e4, noNaN: true }),
    )
    fc.assert(
      fc.property(range, ([least, factor]) => {
        const splits = logarithmicSplits(least, least * factor)
        expect(splits.length).toBeGreaterThanOrEqual(3)
        expect(splits.length).toBeLessThanOrEqual(14)
        for (const split of splits) expect(split >= least && split <= least * factor).toBe(true)
      }),
    )
  })
})

describe('smoothed values', () => {
  it('stay among their neighbours, so that a loss that falls is not shown higher than it is', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 10, noNaN: true }), { maxLength: 500 }), (values) => {
        const reach = Math.max(3, Math.round(values.length / 60))
        smoothed(values).forEach((value, index) => {
          const around = values.slice(Math.max(0, index - reach), index + reach + 1)
          expect(value).toBeGreaterThanOrEqual(Math.min(...around) - 1e-9)
          expect(value).toBeLessThanOrEqual(Math.max(...around) + 1e-9)
        })
      }),
    )
  })

  it('lie on a straight line where the values do, but for the ends', () => {
    const line = Array.from({ length: 100 }, (_, index) => 5 - index / 25)
    expect(smoothed(line).slice(3, -3)).toEqual(line.slice(3, -3).map((value) => expect.closeTo(value)))
  })
})
