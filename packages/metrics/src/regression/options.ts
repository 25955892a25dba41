import * as v from 'valibot'
import { field, prefix } from '../fields.js'

/** Where a metric of numbers finds labels and predictions. */
export interface RegressionOptions {
  /** Field of the batch with the right values `[batch, …]`. Default `labels`. */
  readonly labels?: string
  /** Field of the predictions with the values, where they are records. Default `predictions`. */
  readonly predictions?: string
  /** Put before the result's name as `prefix/name`. */
  readonly prefix?: string
}

/** Options of {@link MeanAbsoluteError} and {@link MeanSquaredError}. */
export const regressionSchema = v.strictObject({ labels: field, predictions: field, prefix })
