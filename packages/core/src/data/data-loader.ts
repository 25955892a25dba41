import { disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { type Collate, defaultCollate } from './collate.js'
import type { DataBatch, Dataset, MaybePromise, Sample } from './dataset.js'
import { Random } from './random.js'
import type { Sampler } from './sampler.js'

/** What a {@link DataLoader} needs besides dataset and sampler. */
export interface DataLoaderSettings {
  readonly dataset: Dataset
  readonly sampler: Sampler
  /** Examples per batch. */
  readonly batchSize: number
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean
  /** Joins samples to a batch; not used by datasets with `getBatch`. */
  readonly collate?: Collate
  /** Batches fetched ahead from datasets that return promises. Default 1. */
  readonly prefetch?: number
  /** Ends a pass after so many batches. */
  readonly numBatchPerEpoch?: number
  /** Seeds the `random` that datasets get. */
  readonly seed: number
}

/** One pass over the batches; `next` gives undefined at the end. */
export interface BatchIterator {
  /** Values where everything is there, promises only where the dataset returns some. */
  next(): MaybePromise<DataBatch | undefined>
  /** Waits for what was begun and lets go of it. */
  close(): Promise<void>
}

type Fetched = Sample[] | DataBatch | undefined

/** Groups the order of a sampler into batches. */
export class DataLoader {
  readonly dataset: Dataset
  readonly sampler: Sampler
  readonly batchSize: number
  readonly #settings: DataLoaderSettings

  /** @throws `HL_DATA_EMPTY` when there is nothing to load */
  constructor(settings: DataLoaderSettings) {
    this.#settings = settings
    this.dataset = settings.dataset
    this.sampler = settings.sampler
    this.batchSize = settings.batchSize
    if (this.dataset.length > 0 && this.length > 0) return
    throw new HookloopError(
      'HL_DATA_EMPTY',
      `the dataset has ${this.dataset.length} examples, which makes ${this.length} batches of ${this.batchSize}` +
        `${settings.dropLast === true ? ' with dropLast' : ''}; give it examples or a smaller batchSize`,
    )
  }

  /** Number of batches of one pass. */
  get length(): number {
    const { dropLast, numBatchPerEpoch } = this.#settings
    const batches = this.sampler.length / this.batchSize
    const whole = dropLast === true ? Math.floor(batches) : Math.ceil(batches)
    return numBatchPerEpoch === undefined ? whole : Math.min(whole, numBatchPerEpoch)
  }

  /**
   * Starts a pass.
   * @param epoch names the random numbers that the dataset gets
   * @param skip batches to leave out at the beginning; their examples are not loaded
   */
  iterate(epoch: number, skip = 0): BatchIterator {
    const indices = this.#batches()
    for (let left = skip; left > 0; left--) indices.next()
    return new PrefetchingIterator(
      indices,
      (batch, batchIdx) => this.#fetch(batch, epoch, batchIdx),
      (fetched) => this.#assemble(fetched),
      this.#settings.prefetch ?? 1,
      skip,
    )
  }

  *#batches(): Generator<readonly number[], undefined> {
    const { dropLast, numBatchPerEpoch = Number.POSITIVE_INFINITY } = this.#settings
    let count = 0
    let batch: number[] = []
    for (const index of this.sampler) {
      if (count >= numBatchPerEpoch) return
      batch.push(index)
      if (batch.length < this.batchSize) continue
      yield batch
      count += 1
      batch = []
    }
    if (batch.length > 0 && dropLast !== true && count < numBatchPerEpoch) yield batch
  }

  #fetch(indices: readonly number[], epoch: number, batchIdx: number): MaybePromise<Fetched> {
    const { dataset, seed } = this.#settings
    if (dataset.getBatch !== undefined) return dataset.getBatch(indices, new Random(seed, epoch, batchIdx, 1))
    const samples: MaybePromise<Sample>[] = []
    for (const index of indices) {
      const sample = dataset.get?.(index, new Random(seed, epoch, index, 0))
      if (sample === undefined) throw withoutAccess(index)
      samples.push(sample)
    }
    return samples.every(isThere) ? samples : Promise.all(samples)
  }

  #assemble(fetched: Fetched): DataBatch | undefined {
    if (!Array.isArray(fetched)) return fetched
    return (this.#settings.collate ?? defaultCollate)(fetched)
  }
}

function isThere(sample: MaybePromise<Sample>): sample is Sample {
  return !(sample instanceof Promise)
}

function withoutAccess(index: number): HookloopError {
  return new HookloopError(
    'HL_DATA_ACCESS',
    `the dataset gave nothing for example ${index}; it needs a method get(index, random) that returns a sample, ` +
      'or getBatch(indices, random) that returns a batch',
  )
}

/** Keeps promises of coming batches; a dataset that answers at once is asked only when its turn comes. */
class PrefetchingIterator implements BatchIterator {
  readonly #ahead: MaybePromise<Fetched>[] = []
  #batchIdx: number
  #isAsync = false

  constructor(
    private readonly indices: Iterator<readonly number[], undefined>,
    private readonly fetch: (indices: readonly number[], batchIdx: number) => MaybePromise<Fetched>,
    private readonly assemble: (fetched: Fetched) => DataBatch | undefined,
    private readonly prefetch: number,
    firstBatchIdx: number,
  ) {
    this.#batchIdx = firstBatchIdx
  }

  next(): MaybePromise<DataBatch | undefined> {
    const fetched = this.#ahead.length > 0 ? this.#ahead.shift() : this.#fetchNext()
    if (!(fetched instanceof Promise)) return this.assemble(fetched)
    this.#isAsync = true
    this.#fillAhead()
    return fetched.then(this.assemble)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#ahead.splice(0).map(async (fetched) => disposeTensors(await fetched)))
  }

  #fetchNext(): MaybePromise<Fetched> {
    const { value } = this.indices.next()
    return value === undefined ? undefined : this.fetch(value, this.#batchIdx++)
  }

  #fillAhead(): void {
    while (this.#isAsync && this.#ahead.length < this.prefetch) {
      const fetched = this.#fetchNext()
      if (fetched === undefined) return
      // A failure is reported when its batch is asked for, not as an unhandled rejection before.
      if (fetched instanceof Promise) fetched.catch(() => undefined)
      this.#ahead.push(fetched)
    }
  }
}
