import type { DataBatch } from '../data/dataset.js'
import type { Dist } from '../distributed/dist.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Predictions } from '../model/model.js'
import type { DatasetMeta, Metric, Metrics } from './metric.js'

/** Runs the metrics of a validation or a test. */
export class Evaluator {
  constructor(readonly metrics: readonly Metric[]) {}

  set datasetMeta(meta: DatasetMeta | undefined) {
    for (const metric of this.metrics) metric.datasetMeta = meta
  }

  /** Forgets what an interrupted validation left behind. */
  reset(): void {
    for (const metric of this.metrics) metric.takeResults()
  }

  /** Shows one batch to every metric. */
  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    for (const metric of this.metrics) await metric.process(dataBatch, outputs)
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
      const computed = await metric.computeMetrics(results.slice(0, size))
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
}

// Samplers deal examples out in turn, so taking results in turn restores the order of the dataset.
function interleaved<Result>(parts: readonly (readonly Result[])[]): Result[] {
  if (parts.length === 1) return [...(parts[0] ?? [])]
  const longest = Math.max(...parts.map((part) => part.length))
  return Array.from({ length: longest }, (_, index) =>
    parts.flatMap((part) => part.slice(index, index + 1)),
  ).flat()
}
