import type { DataBatch } from '../data/dataset.js'
import type { Dist } from '../distributed/dist.js'
import { SingleProcess } from '../distributed/single-process.js'
import { disposeTensors } from '../engine/tensors.js'
import { reasonOf } from '../errors/hook-error.js'
import { HookloopError, hasCode } from '../errors/hookloop-error.js'
import type { Predictions } from '../model/model.js'
import { metricRegistry } from '../registry/registries.js'
import type { DatasetMeta, Metric, MetricContext, Metrics } from './metric.js'
import { type AnyIterable, isDataset, type OfflineData, offlineBatches } from './offline-batches.js'

/** Runs the metrics of a validation or a test. */
export class Evaluator {
  #context: MetricContext | undefined

  constructor(readonly metrics: readonly Metric[]) {}

  /** What the metrics may use; a Runner gives itself. */
  set context(context: MetricContext | undefined) {
    this.#context = context
    for (const metric of this.metrics) metric.context = context
  }

  set datasetMeta(meta: DatasetMeta | undefined) {
    for (const metric of this.metrics) metric.datasetMeta = meta
  }

  /** Forgets what an interrupted validation left behind. */
  reset(): void {
    for (const metric of this.metrics) metric.takeResults()
  }

  /** Shows one batch to every metric. */
  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    for (const metric of this.metrics) {
      try {
        await metric.process(dataBatch, outputs)
      } catch (error) {
        throw failed(metric, 'process', error)
      }
    }
  }

  /**
   * The results of all metrics over all processes; starts anew afterwards.
   * @param size examples of the dataset; results beyond it come from rounding up and are cut off
   * @throws `HL_METRIC_NAME` when two metrics give a result of the same name
   */
  async evaluate(size: number, dist: Dist): Promise<Metrics> {
    const metrics: Metrics = {}
    for (const metric of this.metrics) {
      const results = interleaved(await dist.allGather(metric.takeResults()))
      if (results.length === 0) this.#context?.logger.warn(withoutResults(metric))
      const computed = await computedBy(metric, results.slice(0, size))
      for (const [name, value] of Object.entries(computed)) {
        const key = metric.prefix === undefined ? name : `${metric.prefix}/${name}`
        if (key in metrics) {
          throw new HookloopError(
            'HL_METRIC_NAME',
            `two metrics give a result called '${key}'; set a prefix on one of them`,
          )
        }
        metrics[key] = value
      }
    }
    return metrics
  }

  /**
   * The results for predictions that are there already, such as those that `DumpResults` wrote; `process` sees them as
   * lists with an entry per example. They and the data stay the caller's.
   * @param predictions one per example
   * @param data the examples in the same order, collated as a data loader does; without them metrics get an empty batch
   * @param chunkSize examples that the metrics see at once
   * @throws `HL_OFFLINE_LENGTH` when there are not as many examples as predictions
   */
  async offlineEvaluate(
    predictions: AnyIterable<unknown>,
    data?: OfflineData,
    chunkSize = 1,
  ): Promise<Metrics> {
    this.reset()
    if (data !== undefined && isDataset(data)) this.datasetMeta = data.metainfo
    let size = 0
    for await (const { dataBatch, outputs } of offlineBatches(predictions, data, chunkSize)) {
      try {
        await this.process(dataBatch, outputs)
      } finally {
        disposeTensors(dataBatch)
      }
      size += outputs.length
    }
    return this.evaluate(size, new SingleProcess())
  }
}

function withoutResults({ constructor: { name } }: Metric): string {
  return `${name} has no results to compute anything from; its process method must add to this.results`
}

async function computedBy(metric: Metric, results: readonly unknown[]): Promise<Metrics> {
  let computed: unknown
  try {
    computed = await metric.computeMetrics(results)
  } catch (error) {
    throw failed(metric, 'computeMetrics', error)
  }
  if (isRecord(computed)) return { ...computed }
  const found = computed === null ? 'null' : typeof computed
  throw failed(
    metric,
    'computeMetrics',
    `it must return a record such as { accuracy: 0.9 }, but returned ${found}`,
  )
}

function isRecord(value: unknown): value is Metrics {
  return typeof value === 'object' && value !== null
}

function failed(metric: Metric, method: string, cause: unknown): unknown {
  if (hasCode(cause)) return cause
  const reason = reasonOf(cause)
  return new HookloopError(
    'HL_METRIC_FAILED',
    `${metricRegistry.nameOf(metric)}.${method} failed: ${reason}`,
    {
      cause,
    },
  )
}

// Samplers deal examples out in turn, so taking results in turn restores the order of the dataset.
function interleaved<Result>(parts: readonly (readonly Result[])[]): Result[] {
  if (parts.length === 1) return [...(parts[0] ?? [])]
  const longest = Math.max(...parts.map((part) => part.length))
  return Array.from({ length: longest }, (_, index) =>
    parts.flatMap((part) => part.slice(index, index + 1)),
  ).flat()
}
