import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'

/** A stream of random numbers that depends on nothing but its seeds. */
export class Random {
  readonly #seeds: readonly number[]
  #made: RandomGenerator | undefined

  /** @param seeds integers that name the stream, such as the run's seed, the epoch and an index */
  constructor(...seeds: readonly number[]) {
    this.#seeds = seeds
  }

  // Made at the first draw: every batch gets a stream, and few draw from it.
  get #generator(): RandomGenerator {
    this.#made ??= xoroshiro128plusFromState(salts.map((salt) => hash(this.#seeds, salt)))
    return this.#made
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

/** One for each word of the generator's state: parts of the square root of 2. */
const salts = [0x6a09e667, 0xf3bcc908, 0xb2fb1366, 0xea957d3e] as const

// Neighbouring seeds must give unrelated streams, so both halves of each are stirred in.
function hash(seeds: readonly number[], salt: number): number {
  let state = salt
  for (const seed of seeds) state = stirred(stirred(state ^ seed) ^ Math.floor(seed / 2 ** 32))
  return state
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain), after an odd step so that 0 does not stay 0. */
function stirred(word: number): number {
  let state = (word + 0x9e3779b9) | 0
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return state ^ (state >>> 16)
}

/**
 * Runs `action` while `Math.random` draws from a stream of `seeds`, so that unseeded draws inside it can be
 * repeated; for an action that returns a promise, until that is settled.
 */
export function withSeededMathRandom<Result>(seeds: readonly number[], action: () => Result): Result {
  return withMathRandom(randomNumbers(seeds), action)
}

/** Gives the numbers of a stream, one after the other. */
export function randomNumbers(seeds: readonly number[]): () => number {
  const stream = new Random(...seeds)
  return () => stream.uniform()
}

/** Runs `action` while `Math.random` is `random`; for an action that returns a promise, until that is settled. */
export function withMathRandom<Result>(random: () => number, action: () => Result): Result {
  const original = Math.random
  const restore = () => {
    Math.random = original
  }
  Math.random = random
  let result: Result | undefined
  try {
    result = action()
    if (result instanceof Promise) result.then(restore, restore)
    return result
  } finally {
    if (!(result instanceof Promise)) restore()
  }
}
