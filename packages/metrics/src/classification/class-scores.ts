import type { JudgedClass } from './classification-metric.js'

/** What SingleLabelMetric can tell. */
export const scoreItems = ['precision', 'recall', 'f1-score', 'support'] as const

/** What {@link SingleLabelMetric} can tell. */
export type ScoreItem = (typeof scoreItems)[number]

/** Precision, recall and F1 score from 0 to 1, and the number of examples. */
export type ClassScores = Readonly<Record<ScoreItem, number>>

/** How many examples of a class there are, were predicted, and were predicted rightly. */
export interface ClassCounts {
  readonly right: number
  readonly predicted: number
  readonly actual: number
}

/** Counts for each class from 0. */
export function countClasses(results: readonly JudgedClass[], classes: number): ClassCounts[] {
  const counts = Array.from({ length: classes }, () => ({ right: 0, predicted: 0, actual: 0 }))
  for (const [label, prediction] of results) {
    const [ofLabel, ofPrediction] = [counts[label], counts[prediction]]
    if (ofLabel !== undefined) ofLabel.actual += 1
    if (ofPrediction !== undefined) ofPrediction.predicted += 1
    if (ofLabel !== undefined && label === prediction) ofLabel.right += 1
  }
  return counts
}

/** Where nothing was to be found or nothing was predicted, the score is 0: scikit-learn's `zero_division=0`. */
export function scoresOf({ right, predicted, actual }: ClassCounts): ClassScores {
  return {
    precision: share(right, predicted),
    recall: share(right, actual),
    'f1-score': share(2 * right, predicted + actual),
    support: actual,
  }
}

/** The plain mean of the scores of all classes; their support together. */
export function macroScores(counts: readonly ClassCounts[]): ClassScores {
  const scores = counts.map(scoresOf)
  const mean = (item: ScoreItem) => total(scores.map((one) => one[item])) / scores.length
  return {
    precision: mean('precision'),
    recall: mean('recall'),
    'f1-score': mean('f1-score'),
    support: total(scores.map(({ support }) => support)),
  }
}

/** The scores of all classes thrown together. */
export function microScores(counts: readonly ClassCounts[]): ClassScores {
  return scoresOf({
    right: total(counts.map(({ right }) => right)),
    predicted: total(counts.map(({ predicted }) => predicted)),
    actual: total(counts.map(({ actual }) => actual)),
  })
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}
