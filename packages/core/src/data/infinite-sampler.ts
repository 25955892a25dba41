import { checkOptions } from '../registry/check-options.js'
import { Random } from './random.js'
import { randomStreams } from './random-streams.js'
import type { Sampler, SamplerContext } from './sampler.js'
import { infiniteSamplerSchema } from './sampler-schemas.js'

/** Options of {@link InfiniteSampler}. */
export interface InfiniteSamplerOptions {
  /** A new order each pass. Default true. */
  readonly shuffle?: boolean
  /** Default: the run's seed. */
  readonly seed?: number
}

/** Passes without end, for iteration-based training; the processes take turns through the stream. */
export class InfiniteSampler implements Sampler {
  readonly isEndless = true
  /** Size of the dataset, as in MMEngine; the stream itself never ends. */
  readonly length: number
  readonly #shuffle: boolean
  readonly #seed: number

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(
    private readonly context: SamplerContext,
    options: InfiniteSamplerOptions = {},
  ) {
    checkOptions('InfiniteSampler', infiniteSamplerSchema, options)
    this.length = context.dataset.length
    this.#shuffle = options.shuffle ?? true
    this.#seed = options.seed ?? context.seed
  }

  /** Does nothing: the stream goes on by itself. */
  setEpoch(_epoch: number): void {}

  [Symbol.iterator](): Iterator<number> {
    return this.startAt(0)
  }

  *startAt(skipped: number): Generator<number, undefined> {
    const { rank, worldSize } = this.context.dist
    if (this.length === 0) return
    let place = rank + skipped * worldSize
    for (let pass = Math.floor(place / this.length); ; pass++) {
      const order = this.#shuffle ? this.#orderOf(pass) : undefined
      for (; place < (pass + 1) * this.length; place += worldSize) {
        const index = place % this.length
        yield order === undefined ? index : (order[index] ?? index)
      }
    }
  }

  #orderOf(pass: number): Int32Array {
    return new Random(this.#seed, randomStreams.order, pass).permutation(this.length)
  }
}
