import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/** A stream of random numbers that depends on nothing but its seeds. */
export class Random {
  readonly #generator: RandomGenerator

  /** @param seeds integers that name the stream, such as the run's seed, the epoch and an index */
  constructor(...seeds: readonly number[]) {
    this.#generator = xoroshiro128plus(mixed(seeds))
  }

  /** A number in [0, 1). */
  uniform(): number {
    return uniformFloat64(this.#generator)
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return uniformInt(this.#generator, least, most)
  }

  /** The integers from 0 to `count - 1` in random order. */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, index) => index)
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(0, last)
      const moved = order[last] ?? 0
      order[last] = order[other] ?? 0
      order[other] = moved
    }
    return order
  }
}

// Neighbouring seeds must give unrelated streams: each seed is stirred in with the finalizer of
// MurmurHash3 (Austin Appleby, public domain).
function mixed(seeds: readonly number[]): number {
  let state = 0x9e3779b9
  for (const seed of seeds) {
    state = Math.imul(state ^ (seed | 0) ^ Math.floor(seed / 2 ** 32), 0x85ebca6b)
    state ^= state >>> 16
    state = Math.imul(state, 0xc2b2ae35)
    state ^= state >>> 13
  }
  return state | 0
}

/** Runs `action` while `Math.random` draws from `random`, so that unseeded draws inside it can be repeated. */
export function withSeededMathRandom<Result>(random: Random, action: () => Result): Result {
  const original = Math.random
  Math.random = () => random.uniform()
  try {
    return action()
  } finally {
    Math.random = original
  }
}
