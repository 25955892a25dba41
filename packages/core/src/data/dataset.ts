import type { Random } from './random.js'

/** What a step gets: by default a tensor `[batch, …]` per field. Its tensors are owned by the loop. */
export type DataBatch = Record<string, unknown>

/** One example of a dataset: numbers, typed arrays or tensors per field. */
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
  /** A finished batch; its tensors are handed over to the loop. */
  getBatch?(indices: readonly number[], random: Random): MaybePromise<DataBatch>
}
