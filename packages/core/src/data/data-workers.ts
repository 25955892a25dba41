import type { Fetched } from './batch-fetcher.js'
import type { BatchOrder } from './batch-order.js'
import type { DatasetRecipe, MaybePromise } from './dataset.js'

/** What threads that load data are told when they start. */
export interface DataWorkersSetup {
  readonly recipe: DatasetRecipe
  /** Number of examples of the dataset here; those of the threads must have as many. */
  readonly length: number
  readonly count: number
  readonly seed: number
  /** What messages call the loader. */
  readonly name: string
  /** Threads join the samples of a batch; otherwise they hand them over one by one. */
  readonly joins: boolean
}

/** Threads that load data. They serve one pass at a time. */
export interface DataWorkers {
  /** Begins a batch; those of different threads are made side by side. */
  order(order: BatchOrder): void
  /**
   * A batch that was ordered; a promise where it is not ready.
   * @throws what the dataset threw, or `HL_DATA_WORKER` when the thread ended before
   */
  take(batchIdx: number): MaybePromise<Fetched>
  /** For messages: a batch that was ordered and has not come, and who makes it. */
  describe(batchIdx: number): string
  /** Forgets what was ordered. */
  cancel(): void
  /** False once one of them ended by itself. */
  readonly isAlive: boolean
  end(): Promise<void>
}
