import { reasonOf } from '../errors/hook-error.js'
import { HookloopError, hasCode } from '../errors/hookloop-error.js'
import type { BatchOrder } from './batch-order.js'
import type { DataBatch, Dataset, MaybePromise, Sample } from './dataset.js'
import { Random } from './random.js'
import { randomStreams } from './random-streams.js'

/** The samples of a batch, or the batch of a dataset with `getBatch`. */
export type Fetched = Sample[] | DataBatch

/** What a {@link BatchFetcher} needs to know. */
export interface FetcherSettings {
  readonly dataset: Dataset
  readonly seed: number
  /** What messages call the loader. */
  readonly name: string
  /** Frees a sample whose batch failed. */
  readonly release: (sample: Sample) => void
}

/** Asks a dataset for the examples of a batch; the same here and in a thread that loads data. */
export class BatchFetcher {
  constructor(private readonly settings: FetcherSettings) {}

  /** @throws `HL_DATA_FAILED` with the example and the dataset's reason, at once or by the promise */
  fetch({ epoch, batchIdx, indices }: BatchOrder): MaybePromise<Fetched> {
    const { dataset, seed } = this.settings
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
      void this.#release(samples)
      throw error
    }
    return samples.every(isThere) ? samples : this.#allOrNone(samples)
  }

  #fetchSample(index: number, epoch: number): MaybePromise<Sample> {
    const { dataset, seed } = this.settings
    const fail = (error: unknown) => this.#failed(`example ${index}`, epoch, error)
    try {
      const sample = dataset.get?.(index, new Random(seed, randomStreams.example, epoch, index))
      return sample instanceof Promise ? sample.then(checkedSample).catch(fail) : checkedSample(sample)
    } catch (error) {
      return fail(error)
    }
  }

  /** All samples; when one fails, none: what the others hold is freed. */
  async #allOrNone(samples: readonly MaybePromise<Sample>[]): Promise<Sample[]> {
    try {
      return await Promise.all(samples)
    } catch (error) {
      await this.#release(samples)
      throw error
    }
  }

  async #release(samples: readonly MaybePromise<Sample>[]): Promise<void> {
    for (const result of await Promise.allSettled(samples)) {
      if (result.status === 'fulfilled') this.settings.release(result.value)
    }
  }

  #failed(what: string, epoch: number, cause: unknown): never {
    if (hasCode(cause)) throw cause
    throw new HookloopError(
      'HL_DATA_FAILED',
      `${this.settings.name}: the dataset could not give ${what} of epoch ${epoch}: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

/** @throws `HL_DATA_BATCH` for what is no batch, such as undefined where `return` was forgotten */
export function checkedBatch(batch: DataBatch | undefined): DataBatch {
  if (typeof batch === 'object' && batch !== null) return batch
  throw new HookloopError(
    'HL_DATA_BATCH',
    `a batch must be an object such as { images, labels }, but the dataset's getBatch or the collate function ` +
      `returned ${batch === null ? 'null' : typeof batch}`,
  )
}

function isThere(sample: MaybePromise<Sample>): sample is Sample {
  return !(sample instanceof Promise)
}

function checkedSample(sample: Sample | undefined): Sample {
  if (typeof sample === 'object' && sample !== null) return sample
  throw new Error(`get(index, random) returned ${String(sample)}; it must return a record of fields`)
}
