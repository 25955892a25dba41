import * as v from 'valibot'
import { field, prefix } from '../fields.js'

/** Where a metric of one class per example finds labels and predictions. */
export interface ClassificationOptions {
  /** Field of the batch with the labels: class numbers `[batch]` or one-hot `[batch, classes]`. Default `labels`. */
  readonly labels?: string
  /**
   * Field of the predictions with the scores, where they are records: `[batch, classes]`, or `[batch]` for two classes.
   * Default `scores`.
   */
  readonly scores?: string
  /** Field of the predictions with class numbers `[batch]`, where there are no scores. Default `predictions`. */
  readonly predictions?: string
  /** Default: columns of the scores, else the length of `classes` in the dataset's `metainfo`. */
  readonly numClasses?: number
  /** With one score per example, class 1 is predicted above it, else class 0. Default 0.5, for probabilities. */
  readonly threshold?: number
  /** Put before every result name as `prefix/name`. */
  readonly prefix?: string
}

const classesMessage = 'must be a whole number above 1, such as 10'

/** Entries that the schemas of these metrics share. */
export const classificationEntries = {
  labels: field,
  scores: field,
  predictions: field,
  numClasses: v.optional(
    v.pipe(v.number(classesMessage), v.integer(classesMessage), v.minValue(2, classesMessage)),
  ),
  threshold: v.optional(v.number('must be a number, such as 0.5')),
  prefix,
}
