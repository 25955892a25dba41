import fc from 'fast-check'
import seedrandom from 'seedrandom'
import { describe, expect, it } from 'vitest'
import { drawUniform } from './alea.js'

/** One number after the other, as tfjs draws them. */
function drawnByLibrary(seed: number, count: number): Float32Array {
  const next = seedrandom.alea(seed.toString())
  return Float32Array.from({ length: count }, () => next())
}

/** Where two sequences differ first; undefined where nowhere. */
function firstDifference(one: Float32Array, other: Float32Array): number | undefined {
  const place = one.findIndex((value, at) => value !== other[at])
  return one.length !== other.length ? Math.min(one.length, other.length) : place === -1 ? undefined : place
}

describe('drawUniform', () => {
  it('draws what the library draws, whatever the seed and the count', () => {
    const seeds = fc.oneof(fc.double({ min: 0, max: 1, maxExcluded: true }), fc.integer())
    fc.assert(
      fc.property(seeds, fc.oneof(fc.nat(20), fc.integer({ min: 2000, max: 9000 })), (seed, count) => {
        expect(firstDifference(drawUniform(seed, count), drawnByLibrary(seed, count))).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  it('draws long sequences, whose parts are far from each other', () => {
    for (const count of [262_144, 524_287, 1_000_003])
      expect(firstDifference(drawUniform(0.3, count), drawnByLibrary(0.3, count))).toBeUndefined()
  })
})
