import { disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { checkOptions } from '../registry/check-options.js'
import { BatchFetcher, checkedBatch, type Fetched } from './batch-fetcher.js'
import type { BatchOrder } from './batch-order.js'
import { checkIndex } from './check-index.js'
import { type Collate, defaultCollate, withTensors } from './collate.js'
import { dataLoaderSettingsSchema } from './data-loader-schema.js'
import type { DataBatch, Dataset } from './dataset.js'
import { placedError } from './placed-error.js'
import { type BatchIterator, PrefetchingIterator } from './prefetching-iterator.js'
import { hasBlocks, type Sampler } from './sampler.js'
import { TimedBatches } from './timed-batches.js'
import { WorkerBatches } from './worker-batches.js'
import { WorkerCrew } from './worker-crew.js'

/** What a {@link DataLoader} is made of. */
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
  /**
   * Threads that load data while steps run, for datasets that decode; on Node, for datasets with a `recipe`. Batches are
   * the same as without. Default 0: the main thread loads.
   */
  readonly numWorkers?: number
  /** Batches that each worker makes before they are due. Default 2. */
  readonly prefetchFactor?: number
  /** Workers stay for the next pass, until the run ends; otherwise each pass starts its own. Default true. */
  readonly persistentWorkers?: boolean
  /** Seconds to wait for a batch; then it fails with `HL_DATA_TIMEOUT`. Default 0: without limit. */
  readonly timeout?: number
  /** Ends a pass after so many batches; the next pass has others when the sampler shuffles. */
  readonly numBatchPerEpoch?: number
  /** Seeds the `random` that datasets get. */
  readonly seed: number
  /** What messages call it. Default `the data loader`. */
  readonly name?: string
}

/** Groups the order of a sampler into batches. */
export class DataLoader {
  readonly dataset: Dataset
  readonly sampler: Sampler
  readonly batchSize: number
  readonly #settings: DataLoaderSettings
  readonly #fetcher: BatchFetcher
  readonly #crew: WorkerCrew | undefined

  /**
   * @throws `HL_CONFIG` that lists every mistake of the settings
   * @throws `HL_DATA_EMPTY` when there is nothing to load
   * @throws `HL_DATA_WORKER` for `numWorkers` where workers cannot make the dataset
   */
  constructor(settings: DataLoaderSettings) {
    checkOptions('DataLoader', dataLoaderSettingsSchema, settings)
    this.#settings = settings
    this.dataset = settings.dataset
    this.sampler = settings.sampler
    this.batchSize = settings.batchSize
    if (this.dataset.length === 0 || this.length === 0) throw this.#empty()
    const { dataset, seed } = settings
    this.#fetcher = new BatchFetcher({ dataset, seed, name: this.#name, release: disposeTensors })
    const { numWorkers = 0, collate } = settings
    if (numWorkers > 0)
      this.#crew = new WorkerCrew({ ...settings, numWorkers, name: this.#name, joins: collate === undefined })
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
    const { timeout = 0 } = this.#settings
    const batches = this.#pass(epoch, skip)
    return timeout > 0 ? new TimedBatches(batches, timeout) : batches
  }

  /** Ends the workers; the next pass starts others. Called at the end of a run. */
  async close(): Promise<void> {
    await this.#crew?.end()
  }

  #pass(epoch: number, firstBatchIdx: number): BatchIterator {
    const indices = this.#batches(firstBatchIdx)
    const assemble = (fetched: Fetched, order: BatchOrder) => this.#assemble(fetched, order)
    const pass = { epoch, firstBatchIdx, indices, assemble }
    if (this.#crew !== undefined) return new WorkerBatches({ ...pass, crew: this.#crew })
    const fetch = (order: BatchOrder) => this.#fetcher.fetch(order)
    return new PrefetchingIterator({
      ...pass,
      fetch,
      prefetch: this.#settings.prefetch ?? 1,
      name: this.#name,
    })
  }

  /** The indices of each batch; those of an endless sampler never end. */
  *#batches(skip: number): Generator<readonly number[], undefined> {
    const { sampler, batchSize } = this
    const { dropLast, numBatchPerEpoch } = this.#settings
    const limit = sampler.isEndless === true ? undefined : numBatchPerEpoch
    const indices = startAt(sampler, skip * batchSize)
    for (let count = skip; limit === undefined || count < limit; count++) {
      const batch = take(indices, batchSize)
      if (batch.length === 0 || (batch.length < batchSize && dropLast === true)) return
      for (const index of batch) checkIndex(index, this.dataset.length, this.#name)
      yield batch
    }
  }

  #assemble(fetched: Fetched, order: BatchOrder): DataBatch {
    const { collate = defaultCollate } = this.#settings
    try {
      return withTensors(Array.isArray(fetched) ? checkedBatch(collate(fetched, order.indices)) : fetched)
    } catch (error) {
      disposeTensors(fetched)
      throw placedError(error, this.#name, order)
    }
  }

  get #name(): string {
    return this.#settings.name ?? 'the data loader'
  }

  #empty(): HookloopError {
    const { dropLast } = this.#settings
    const examples = this.dataset.length === 0 ? 'is empty' : `has ${this.dataset.length} examples`
    const share =
      this.sampler.length === this.dataset.length
        ? ''
        : `, of which the sampler gives ${this.sampler.length} to this process`
    const batches = `which makes no batch of ${this.batchSize}${dropLast === true ? ' with dropLast' : ''}`
    return new HookloopError(
      'HL_DATA_EMPTY',
      `${this.#name}: the dataset ${examples}${share}, ${batches}; give it examples` +
        `${dropLast === true ? ', a smaller batchSize, or leave dropLast out' : ''}`,
    )
  }
}

function startAt(sampler: Sampler, skipped: number): Iterator<number> {
  if (sampler.startAt !== undefined) return sampler.startAt(skipped)
  const indices = sampler[Symbol.iterator]()
  take(indices, skipped)
  return indices
}

function take(indices: Iterator<number>, count: number): number[] {
  if (hasBlocks(indices)) return indices.nextBlock(count)
  const taken: number[] = []
  while (taken.length < count) {
    const next = indices.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}
