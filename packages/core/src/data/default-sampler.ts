import { checkOptions } from '../registry/check-options.js'
import { Random } from './random.js'
import { randomStreams } from './random-streams.js'
import type { IndexBlocks, Sampler, SamplerContext } from './sampler.js'
import { defaultSamplerSchema } from './sampler-schemas.js'

/** Options of {@link DefaultSampler}. */
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

  startAt(skipped: number): IndexBlocks & Iterable<number> {
    const { dataset, dist } = this.context
    return new Pass(
      dist.rank + skipped * dist.worldSize,
      dist.worldSize,
      this.totalSize,
      dataset.length,
      this.#shuffle ? this.#orderOfEpoch() : undefined,
    )
  }

  #orderOfEpoch(): Int32Array {
    return new Random(this.#seed, randomStreams.order, this.#epoch).permutation(this.context.dataset.length)
  }
}

/** The places of one process in an order that is gone through once, as {@link IndexBlocks}. */
class Pass implements IndexBlocks, Iterable<number> {
  constructor(
    private place: number,
    private readonly step: number,
    private readonly end: number,
    private readonly length: number,
    private readonly order: Int32Array | undefined,
  ) {}

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<number, undefined> {
    if (this.place >= this.end) return { done: true, value: undefined }
    return { done: false, value: this.#nextIndex() }
  }

  nextBlock(count: number): number[] {
    const indices: number[] = []
    while (indices.length < count && this.place < this.end) indices.push(this.#nextIndex())
    return indices
  }

  #nextIndex(): number {
    const index = this.place % this.length
    this.place += this.step
    return this.order?.[index] ?? index
  }
}
