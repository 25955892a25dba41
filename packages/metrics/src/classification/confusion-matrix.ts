import type { Metrics } from '@hookloop/core'
import * as v from 'valibot'
import { ClassificationMetric, type JudgedClass } from './classification-metric.js'
import { confusionMatrix } from './count-confusions.js'
import { type ClassificationOptions, classificationEntries } from './options.js'

/** Options of {@link ConfusionMatrix}. */
export type ConfusionMatrixOptions = ClassificationOptions

/** Options of {@link ConfusionMatrix}. */
export const confusionMatrixSchema = v.strictObject(classificationEntries)

/**
 * How often each class was taken for each: `confusion_matrix/result`, a list of rows, one per true class, with a number
 * per predicted class. Examples without a prediction (NaN scores) are in no row; a warning counts them.
 */
export class ConfusionMatrix extends ClassificationMetric {
  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: ConfusionMatrixOptions = {}) {
    super('ConfusionMatrix', confusionMatrixSchema, options)
  }

  protected override get defaultPrefix(): string {
    return 'confusion_matrix'
  }

  computeMetrics(results: readonly JudgedClass[]): Metrics {
    const predicted = results.filter(([, prediction]) => prediction >= 0)
    const absent = results.length - predicted.length
    if (absent > 0) {
      this.context?.logger.warn(
        `ConfusionMatrix: ${absent} of ${results.length} examples have NaN among their scores and are left out`,
      )
    }
    const result = confusionMatrix({
      labels: predicted.map(([label]) => label),
      predictions: predicted.map(([, prediction]) => prediction),
      numClasses: this.classesIn(results),
    })
    return { result }
  }
}
