import { Metric, type MetricContext, type Metrics } from '@hookloop/core'

/**
 * A metric whose results are written down beforehand: those of the first validation, of the second one, and so on; the last
 * ones stay. In a Runner the number of the validation is the number of finished epochs, so a resumed run goes on in the script.
 *
 * ```ts
 * valEvaluator: new ScriptedMetric([{ acc: 0.5 }, { acc: 0.9 }, { acc: 0.7 }])
 * ```
 */
export class ScriptedMetric extends Metric<never> {
  #judged = 0

  constructor(private readonly script: readonly Metrics[]) {
    super()
  }

  process(): void {}

  computeMetrics(): Metrics {
    const index = (epochsOf(this.context) ?? ++this.#judged) - 1
    return { ...this.script[Math.min(Math.max(index, 0), this.script.length - 1)] }
  }
}

/** A Runner is the context of the metrics that it builds. */
function epochsOf(context: MetricContext | undefined): number | undefined {
  if (context === undefined || !('trainLoop' in context) || context.trainLoop === undefined) return undefined
  return 'epoch' in context && typeof context.epoch === 'number' ? context.epoch : undefined
}
