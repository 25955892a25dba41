import { Random } from './random.js'
import type { Sampler, SamplerContext } from './sampler.js'

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

  constructor(
    private readonly context: SamplerContext,
    options: InfiniteSamplerOptions = {},
  ) {
    this.length = context.dataset.length
    this.#shuffle = options.shuffle ?? true
    this.#seed = options.seed ?? context.seed
  }

  /** Does nothing: the stream goes on by itself. */
  setEpoch(_epoch: number): void {}

  *[Symbol.iterator](): Iterator<number> {
    const { rank, worldSize } = this.context.dist
    let place = 0
    for (let pass = 0; ; pass++) {
      const order = this.#shuffle ? new Random(this.#seed, pass).permutation(this.length) : undefined
      for (let index = 0; index < this.length; index++, place++) {
        if (place % worldSize === rank) yield order === undefined ? index : (order[index] ?? index)
      }
    }
  }
}
