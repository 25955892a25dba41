import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { thrownCode } from '../test/thrown-code.js'
import { bucketLimits } from './buckets.js'
import { histogramOf } from './histogram.js'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const likeWeights = fc.double({ min: -2, max: 2, noNaN: true })
const onALimit = fc.constantFrom(...bucketLimits(), 0, -0, 5e-324, -5e-324)
const anyValues = fc.array(fc.oneof(finite, likeWeights, onALimit), { minLength: 1 })

describe('histogramOf', () => {
  it('counts each value between the limits of its bucket', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const { limits, counts } = histogramOf(values, 'a')
        let lower = -Infinity
        for (const [index, limit] of limits.entries()) {
          const isTop = limit === Number.MAX_VALUE
          const inside = values.filter((value) => value >= lower && (value < limit || isTop))
          expect(counts[index]).toBe(inside.length)
          lower = limit
        }
        expect(counts.reduce((sum, count) => sum + count)).toBe(values.length)
      }),
    )
  })

  it('takes its limits from TensorFlow’s, begins and ends with a filled bucket, has no two empty ones in a row', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const { limits, counts } = histogramOf(values, 'a')
        expect(bucketLimits()).toEqual(expect.arrayContaining(limits))
        expect(counts[0]).toBeGreaterThan(0)
        expect(counts.at(-1)).toBeGreaterThan(0)
        expect(counts.some((count, index) => count === 0 && counts[index + 1] === 0)).toBe(false)
      }),
    )
  })

  it('gives minimum, maximum and sums', () => {
    expect(histogramOf(Float32Array.of(2, -1, 0.5, 0.5), 'a')).toMatchObject({
      ...{ min: -1, max: 2, num: 4, sum: 2, sumSquares: 5.5 },
    })
  })

  it.each(
    [Number.NaN, Infinity, -Infinity].flatMap((value) => [[[1, 2, value]], [Float32Array.of(1, 2, value)]]),
  )('refuses %o', (values) => {
    const call = () => histogramOf(values, 'grad/w')
    expect(thrownCode(call)).toBe('HL_TFEVENTS_HISTOGRAM')
    expect(call).toThrow('Value 2 of the histogram "grad/w" is')
  })

  it.each([[[]], [JSON.parse('[1,"2"]')], [JSON.parse('[null]')], [JSON.parse('{"length":2}')]])(
    'refuses %j',
    (values) => {
      expect(thrownCode(() => histogramOf(values, 'a'))).toBe('HL_TFEVENTS_HISTOGRAM')
    },
  )
})

describe('bucketLimits', () => {
  it('are TensorFlow’s: ascending, 775 on each side of 0, a tenth apart', () => {
    const limits = bucketLimits()
    expect(limits).toHaveLength(1551)
    expect(limits[775]).toBe(0)
    expect(limits.slice(776, 779)).toEqual([1e-12, 1e-12 * 1.1, 1e-12 * 1.1 * 1.1])
    expect(limits.at(-2)).toBeLessThan(1e20)
    expect(limits.at(-1)).toBe(Number.MAX_VALUE)
    expect(limits.map((limit) => -limit || 0).reverse()).toEqual(limits)
    expect(limits.every((limit, index) => index === 0 || limit > (limits[index - 1] ?? Infinity))).toBe(true)
  })
})
