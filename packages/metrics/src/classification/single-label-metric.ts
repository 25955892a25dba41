import { HookloopError, type Metrics } from '@hookloop/core'
import * as v from 'valibot'
import {
  type ClassScores,
  countClasses,
  macroScores,
  microScores,
  type ScoreItem,
  scoreItems,
  scoresOf,
} from './class-scores.js'
import { ClassificationMetric, type JudgedClass } from './classification-metric.js'
import { type ClassificationOptions, classificationEntries } from './options.js'

/** How the scores of several classes become one; null leaves a list with one per class. */
export type ScoreAverage = 'macro' | 'micro' | 'binary' | null

/** Options of {@link SingleLabelMetric}. */
export interface SingleLabelMetricOptions extends ClassificationOptions {
  /** What to tell. Default precision, recall and F1 score. */
  readonly items?: readonly ScoreItem[]
  /**
   * `macro`, the mean over the classes; `micro`, all classes thrown together; `binary`, class 1 of two; null for a list
   * with a number per class. Default `macro`.
   */
  readonly average?: ScoreAverage
}

const itemsMessage = "must be a list of 'precision', 'recall', 'f1-score' and 'support'"

/** Options of {@link SingleLabelMetric}. */
export const singleLabelMetricSchema = v.strictObject({
  ...classificationEntries,
  items: v.optional(
    v.pipe(
      v.array(v.picklist(scoreItems, `must be one of ${scoreItems.join(', ')}`), itemsMessage),
      v.nonEmpty(itemsMessage),
    ),
  ),
  average: v.optional(
    v.nullable(v.picklist(['macro', 'micro', 'binary'], "must be 'macro', 'micro', 'binary' or null")),
  ),
})

const none: ClassScores = { precision: Number.NaN, recall: Number.NaN, 'f1-score': Number.NaN, support: 0 }

/**
 * Precision, recall and F1 score from 0 to 1, where each example has one class: `single-label/precision`, with
 * `_micro` or `_classwise` behind the name for those averages. A class without examples or predictions scores 0.
 */
export class SingleLabelMetric extends ClassificationMetric {
  readonly #items: readonly ScoreItem[]
  readonly #average: ScoreAverage

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: SingleLabelMetricOptions = {}) {
    super('SingleLabelMetric', singleLabelMetricSchema, options)
    const { items = ['precision', 'recall', 'f1-score'], average = 'macro' } = options
    this.#items = items
    this.#average = average
  }

  protected override get defaultPrefix(): string {
    return 'single-label'
  }

  /** @throws `HL_METRIC_CLASSES` where `binary` finds more or less than two classes */
  computeMetrics(results: readonly JudgedClass[]): Metrics {
    const counts = countClasses(results, this.classesIn(results))
    const scores = results.length === 0 ? counts.map(() => none) : counts.map(scoresOf)
    const pick = (value: (item: ScoreItem) => unknown, suffix = '') =>
      Object.fromEntries(this.#items.map((item) => [`${item}${suffix}`, value(item)]))
    if (this.#average === null) return pick((item) => scores.map((one) => one[item]), '_classwise')
    const average = results.length === 0 ? none : this.#averageOf(counts)
    return pick((item) => average[item], this.#average === 'micro' ? '_micro' : '')
  }

  #averageOf(counts: ReturnType<typeof countClasses>): ClassScores {
    if (this.#average === 'macro') return macroScores(counts)
    if (this.#average === 'micro') return microScores(counts)
    const [, positive, third] = counts
    if (positive !== undefined && third === undefined) return scoresOf(positive)
    throw new HookloopError(
      'HL_METRIC_CLASSES',
      `SingleLabelMetric with average 'binary' tells the scores of class 1 of two, but there are ${counts.length} ` +
        "classes; use 'macro', 'micro', or null for the scores of each class",
    )
  }
}
