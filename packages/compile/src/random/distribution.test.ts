import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { draw } from './distribution.js'
import { distributionOf } from './distribution-of.js'

const seeds = fc.double({ min: 0.001, max: 1, noNaN: true })
const counts = fc.integer({ min: 5, max: 3000 })
const decimal = fc.integer({ min: -999, max: 999 }).map((number) => number / 100)

function isSame(one: Float32Array, other: ArrayLike<number>): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}

describe('draw', () => {
  it('draws what tf.randomUniform and tf.randomNormal draw', () => {
    fc.assert(
      fc.property(seeds, counts, decimal, decimal, (seed, count, one, other) => {
        const uniform = tf.tidy(() => tf.randomUniform([count], one, other, 'float32', seed).dataSync())
        const normal = tf.tidy(() => tf.randomNormal([count], one, other, 'float32', seed).dataSync())
        expect(isSame(draw({ kind: 'uniform', min: one, range: other - one }, seed, count), uniform)).toBe(
          true,
        )
        expect(isSame(draw({ kind: 'normal', mean: one, stdDev: other }, seed, count), normal)).toBe(true)
      }),
    )
  })
})

describe('distributionOf', () => {
  it('finds the parameters that values were drawn with', () => {
    const positive = fc.integer({ min: 1, max: 999 }).map((number) => number / 100)
    fc.assert(
      fc.property(seeds, counts, decimal, positive, (seed, count, offset, scale) => {
        const normal = draw({ kind: 'normal', mean: offset, stdDev: scale }, seed, count)
        const uniform = draw({ kind: 'uniform', min: offset, range: scale }, seed, count)
        expect(distributionOf('normal', normal, seed)).toEqual({
          kind: 'normal',
          mean: offset,
          stdDev: scale,
        })
        expect(distributionOf('uniform', uniform, seed)).toEqual({
          kind: 'uniform',
          min: offset,
          range: scale,
        })
      }),
    )
  })

  it('knows the noise of a rate of dropout', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 99 }), (seed, percent) => {
        const stdDev = Math.sqrt(percent / 100 / (1 - percent / 100))
        const values = draw({ kind: 'normal', mean: 1, stdDev }, seed, 500)
        const found = distributionOf('normal', values, seed)
        expect(isSame(values, draw(found ?? { kind: 'uniform', min: 0, range: 0 }, seed, 500))).toBe(true)
      }),
    )
  })

  it('refuses values of another seed, and parameters that nobody writes', () => {
    const values = draw({ kind: 'normal', mean: 0, stdDev: 1 }, 0.3, 100)
    expect(distributionOf('normal', values, 0.4)).toBeUndefined()
    expect(distributionOf('uniform', values, 0.3)).toBeUndefined()
    expect(
      distributionOf('normal', draw({ kind: 'normal', mean: 0, stdDev: Math.PI }, 0.3, 9000), 0.3),
    ).toBeUndefined()
  })
})
