import { checkOptions } from '../registry/check-options.js'
import { Random } from './random.js'
import { randomStreams } from './random-streams.js'
import type { Sampler, SamplerContext } from './sampler.js'
import { defaultSamplerSchema } from './sampler-schemas.js'

export interface DefaultSamplerOptions {
  /** A new order each epoch. Default true. */
  readonly shuffle?: boolean
  /** Default: the run's seed. */
  readonly seed?: number
  /** Repeats examples so that every process gets as many. Default true. */
  readonly roundUp?: boolean
}

/** One pass over the dataset per epoch, dealt out to the processes in turn. */
export class DefaultSampler implements Sampler {
  readonly length: number
  /** Indices of one pass of all processes. */
  readonly totalSize: number
  readonly #shuffle: boolean
  readonly #seed: number
  #epoch = 0

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(
    private readonly context: SamplerContext,
    options: DefaultSamplerOptions = {},
  ) {
    checkOptions('DefaultSampler', defaultSamplerSchema, options)
    const { dataset, dist } = context
    this.#shuffle = options.shuffle ?? true
    this.#seed = options.seed ?? context.seed
    if (options.roundUp ?? true) {
      this.length = Math.ceil(dataset.length / dist.worldSize)
      this.totalSize = this.length * dist.worldSize
    } else {
      this.length = Math.max(0, Math.ceil((dataset.length - dist.rank) / dist.worldSize))
      this.totalSize = dataset.length
    }
  }

  setEpoch(epoch: number): void {
    this.#epoch = epoch
  }

  [Symbol.iterator](): Iterator<number> {
    return this.startAt(0)
  }

  *startAt(skipped: number): Generator<number, undefined> {
    const { dataset, dist } = this.context
    const order = this.#shuffle ? this.#orderOfEpoch() : undefined
    for (let place = dist.rank + skipped * dist.worldSize; place < this.totalSize; place += dist.worldSize) {
      const index = place % dataset.length
      yield order === undefined ? index : (order[index] ?? index)
    }
  }

  #orderOfEpoch(): Int32Array {
    return new Random(this.#seed, randomStreams.order, this.#epoch).permutation(this.context.dataset.length)
  }
}
