import { TfeventsError } from './errors.js'
import type { SummaryPlace } from './summary.js'
import { encodeTensorSummary, textTensor } from './tensor-summary.js'
import { isWellFormed, quote } from './text.js'

/** A text to show. */
export interface TextOptions extends SummaryPlace {
  /** TensorBoard shows it as Markdown. */
  text: string
}

/**
 * The record of a text, for the plugin `text`.
 * @throws TfeventsError `HL_TFEVENTS_TEXT`, `HL_TFEVENTS_TAG`, `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function textEvent(options: TextOptions): Uint8Array<ArrayBuffer> {
  const { tag, text } = options
  if (typeof text !== 'string' || !isWellFormed(text)) {
    throw new TfeventsError(
      'HL_TFEVENTS_TEXT',
      `The text ${quote(tag)} is ${quote(text)}; it must be a string without halves of surrogate pairs`,
    )
  }
  return encodeTensorSummary(options, { name: 'text' }, textTensor(text))
}
