import type { Random } from './random.js'

/** What a step gets: by default a tensor `[batch, …]` per field. Its tensors are owned by the loop. */
export type DataBatch = Record<string, unknown>

/** One example of a dataset: numbers, typed arrays, arrays with a shape (`{ values, shape }`) or tensors per field. */
export type Sample = Record<string, unknown>

/** Promise or value: synchronous datasets cost no promise per batch. */
export type MaybePromise<T> = T | Promise<T>

/**
 * A collection of examples. Implement `get` for one example, or `getBatch` where a whole batch is cheaper.
 * Randomness must come from `random`: it is seeded by the run's seed, the epoch and the index, so that a
 * resumed run sees the same data.
 */
export interface Dataset {
  /** Number of examples. */
  readonly length: number
  /** Facts that metrics and checkpoints want to know, such as class names. */
  readonly metainfo?: Readonly<Record<string, unknown>>
  get?(index: number, random: Random): MaybePromise<Sample>
  /**
   * A finished batch; its tensors and arrays are handed over to the loop. An array with a shape,
   * `{ values, shape: [batch, …] }`, becomes a tensor.
   */
  getBatch?(indices: readonly number[], random: Random): MaybePromise<DataBatch>
  /** How a thread makes a dataset like this for itself; needed where a data loader has `numWorkers`. */
  readonly recipe?: DatasetRecipe
}

/** How to make a dataset once more, in a thread that shares nothing with this one. */
export interface DatasetRecipe {
  /** URL of a module that only defines, as `import.meta.url` in the file of the dataset's class. */
  readonly module: string
  /** The export that makes the dataset, a class or a function that may return a promise. Default `default`. */
  readonly exportName?: string
  /** Its only argument; of what can be copied between threads: values, lists, records, typed arrays, no functions. */
  readonly options?: unknown
}
