import { disposeTensors } from '../engine/tensors.js'
import { reasonOf } from '../errors/hook-error.js'
import { HookloopError, hasCode } from '../errors/hookloop-error.js'
import { checkOptions } from '../registry/check-options.js'
import { checkIndex } from './check-index.js'
import { type Collate, defaultCollate } from './collate.js'
import { dataLoaderSettingsSchema } from './data-loader-schema.js'
import type { DataBatch, Dataset, MaybePromise, Sample } from './dataset.js'
import { type BatchIterator, PrefetchingIterator } from './prefetching-iterator.js'
import { Random } from './random.js'
import { randomStreams } from './random-streams.js'
import { hasBlocks, type Sampler } from './sampler.js'

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
  /** Ends a pass after so many batches; the next pass has others when the sampler shuffles. */
  readonly numBatchPerEpoch?: number
  /** Seeds the `random` that datasets get. */
  readonly seed: number
  /** What messages call it. Default `the data loader`. */
  readonly name?: string
}

type Fetched = Sample[] | DataBatch

/** Groups the order of a sampler into batches. */
export class DataLoader {
  readonly dataset: Dataset
  readonly sampler: Sampler
  readonly batchSize: number
  readonly #settings: DataLoaderSettings

  /**
   * @throws `HL_CONFIG` that lists every mistake of the settings
   * @throws `HL_DATA_EMPTY` when there is nothing to load
   */
  constructor(settings: DataLoaderSettings) {
    checkOptions('DataLoader', dataLoaderSettingsSchema, settings)
    this.#settings = settings
    this.dataset = settings.dataset
    this.sampler = settings.sampler
    this.batchSize = settings.batchSize
    if (this.dataset.length === 0 || this.length === 0) throw this.#empty()
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
    return new PrefetchingIterator(
      this.#batches(skip),
      (indices, batchIdx) => this.#fetch(indices, epoch, batchIdx),
      (fetched) => this.#assemble(fetched),
      this.#settings.prefetch ?? 1,
      skip,
    )
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

  #fetch(indices: readonly number[], epoch: number, batchIdx: number): MaybePromise<Fetched> {
    const { dataset, seed } = this.#settings
    if (dataset.getBatch === undefined) return this.#fetchSamples(indices, epoch)
    const random = new Random(seed, randomStreams.batch, epoch, batchIdx)
    const fail = (error: unknown) => this.#failed(`batch ${batchIdx}`, epoch, error)
    try {
      const batch = dataset.getBatch(indices, random)
      return batch instanceof Promise ? batch.then(checkedBatch).catch(fail) : checkedBatch(batch)
    } catch (error) {
      return fail(error)
    }
  }

  #fetchSamples(indices: readonly number[], epoch: number): MaybePromise<Sample[]> {
    const samples: MaybePromise<Sample>[] = []
    try {
      for (const index of indices) samples.push(this.#fetchSample(index, epoch))
    } catch (error) {
      void release(samples)
      throw error
    }
    return samples.every(isThere) ? samples : allOrNone(samples)
  }

  #fetchSample(index: number, epoch: number): MaybePromise<Sample> {
    const { dataset, seed } = this.#settings
    const fail = (error: unknown) => this.#failed(`example ${index}`, epoch, error)
    try {
      const sample = dataset.get?.(index, new Random(seed, randomStreams.example, epoch, index))
      return sample instanceof Promise ? sample.then(checkedSample).catch(fail) : checkedSample(sample)
    } catch (error) {
      return fail(error)
    }
  }

  #assemble(fetched: Fetched): DataBatch {
    if (!Array.isArray(fetched)) return fetched
    try {
      return checkedBatch((this.#settings.collate ?? defaultCollate)(fetched))
    } catch (error) {
      disposeTensors(fetched)
      throw error
    }
  }

  get #name(): string {
    return this.#settings.name ?? 'the data loader'
  }

  #failed(what: string, epoch: number, cause: unknown): never {
    if (hasCode(cause)) throw cause
    throw new HookloopError(
      'HL_DATA_FAILED',
      `${this.#name}: the dataset could not give ${what} of epoch ${epoch}: ${reasonOf(cause)}`,
      { cause },
    )
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

/** @throws `HL_DATA_BATCH` for what is no batch, such as undefined where `return` was forgotten */
function checkedBatch(batch: DataBatch | undefined): DataBatch {
  if (typeof batch === 'object' && batch !== null) return batch
  throw new HookloopError(
    'HL_DATA_BATCH',
    `a batch must be an object such as { images, labels }, but the dataset's getBatch or the collate function ` +
      `returned ${batch === null ? 'null' : typeof batch}`,
  )
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

function isThere(sample: MaybePromise<Sample>): sample is Sample {
  return !(sample instanceof Promise)
}

function checkedSample(sample: Sample | undefined): Sample {
  if (typeof sample === 'object' && sample !== null) return sample
  throw new Error(`get(index, random) returned ${String(sample)}; it must return a record of fields`)
}

/** All samples; when one fails, none: what the others hold is freed. */
async function allOrNone(samples: readonly MaybePromise<Sample>[]): Promise<Sample[]> {
  try {
    return await Promise.all(samples)
  } catch (error) {
    await release(samples)
    throw error
  }
}

async function release(samples: readonly MaybePromise<Sample>[]): Promise<void> {
  for (const result of await Promise.allSettled(samples)) {
    if (result.status === 'fulfilled') disposeTensors(result.value)
  }
}
