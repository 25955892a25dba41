import type { DataBatch } from '../data/dataset.js'
import type { Dist } from '../distributed/dist.js'
import type { Logger } from '../logging/logger.js'
import type { Predictions } from '../model/model.js'
import type { Storage } from '../storage/storage.js'

/** Results of a validation or test by name, such as `accuracy/top1`. */
export type Metrics = Record<string, unknown>

/** Facts about the dataset that is being judged. */
export type DatasetMeta = Readonly<Record<string, unknown>>

/** What a run offers to metrics that do more than compute. */
export interface MetricContext {
  /** Where files go. */
  readonly storage: Storage
  readonly logger: Pick<Logger, 'info' | 'warn'>
  /** Every process computes all metrics; let rank 0 alone write files. */
  readonly dist: Pick<Dist, 'rank'>
}

/**
 * Judges predictions. Collect what is needed per batch in `process`, compute the results in `computeMetrics`.
 * Tensors in `results` are not allowed: read their values in `process`.
 */
export abstract class Metric<Result = unknown> {
  /** Put before every result name as `prefix/name`; undefined leaves names as they are. */
  readonly prefix: string | undefined
  /** `metainfo` of the dataset; set before the first batch. */
  datasetMeta: DatasetMeta | undefined
  /** Set before the first batch by a Runner; undefined where nobody gave one to the evaluator. */
  context: MetricContext | undefined
  protected readonly results: Result[] = []

  constructor(options: { prefix?: string } = {}) {
    // As in MMEngine an empty prefix stands for the default one.
    this.prefix = options.prefix || this.defaultPrefix
  }

  /** The prefix where the config names none. */
  protected get defaultPrefix(): string | undefined {
    return undefined
  }

  /** Adds what one batch gives to `results`. */
  abstract process(dataBatch: DataBatch, outputs: Predictions): void | Promise<void>

  /** @param results those of all processes, at most one per example where `process` adds one per example */
  abstract computeMetrics(results: readonly Result[]): Metrics | Promise<Metrics>

  /** Hands over what was collected and starts anew. */
  takeResults(): Result[] {
    return this.results.splice(0)
  }
}
