import { TfeventsError } from './errors.js'
import { encodeSummary, type SummaryPlace } from './summary.js'
import { quote } from './text.js'

const valueSimpleValue = 2

/** A point of a curve. */
export interface ScalarOptions extends SummaryPlace {
  /** Stored as a 32-bit float; `NaN` and infinities are kept. */
  value: number
}

/**
 * The record of a scalar.
 *
 * It is written as `simple_value`, the only form that `EventAccumulator.Scalars` of Python reads too; TensorBoard's
 * page shows both this form and the newer one, a tensor marked for the plugin `scalars`.
 * @throws TfeventsError `HL_TFEVENTS_VALUE`, `HL_TFEVENTS_TAG`, `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function scalarEvent(options: ScalarOptions): Uint8Array<ArrayBuffer> {
  const { tag, value } = options
  if (typeof value !== 'number') {
    throw new TfeventsError(
      'HL_TFEVENTS_VALUE',
      `The scalar ${quote(tag)} is ${quote(value)}; a scalar is a number`,
    )
  }
  return encodeSummary(options, (writer) => writer.writeFloatField(valueSimpleValue, value))
}
