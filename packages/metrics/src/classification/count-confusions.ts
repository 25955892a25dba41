import { HookloopError } from '@hookloop/core'
import { checkClass } from './class-range.js'

/** The true and the predicted class of each example. */
export interface ClassPairs {
  /** Class numbers from 0. */
  readonly labels: ArrayLike<number>
  /** Class numbers from 0, in the order of the labels. */
  readonly predictions: ArrayLike<number>
  readonly numClasses: number
}

/**
 * Counts how often each class was taken for each: `matrix[label][prediction]`, `[numClasses][numClasses]`.
 * @throws `HL_METRIC_SHAPE` for lists of different lengths, `HL_METRIC_LABEL` for what is not a class
 */
export function confusionMatrix({ labels, predictions, numClasses }: ClassPairs): number[][] {
  if (labels.length !== predictions.length) {
    throw new HookloopError(
      'HL_METRIC_SHAPE',
      `confusionMatrix wants a label for each prediction, but got ${labels.length} labels and ` +
        `${predictions.length} predictions`,
    )
  }
  const matrix = Array.from({ length: numClasses }, () => Array.from({ length: numClasses }, () => 0))
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] ?? Number.NaN
    const prediction = predictions[index] ?? Number.NaN
    checkClass('confusionMatrix', 'label', label, numClasses)
    checkClass('confusionMatrix', 'prediction', prediction, numClasses)
    const row = matrix[label]
    if (row !== undefined) row[prediction] = (row[prediction] ?? 0) + 1
  }
  return matrix
}
