import { TfeventsError } from './errors.js'
import { encodeEvent } from './event.js'
import { type WriteFields, writeMessage, writeText } from './message.js'
import type { Moment } from './moment.js'
import { isWellFormed, quote } from './text.js'

// Field numbers of TensorFlow's event.proto and summary.proto.
const eventSummary = 5
const summaryValue = 1
const valueTag = 1

/** What a summary is of, and when. */
export interface SummaryPlace extends Moment {
  /** The name of the chart; TensorBoard groups by what stands before the first slash. One tag holds one kind. */
  tag: string
}

/**
 * A summary of one value as a record; `writeContent` writes the fields of the value other than its tag.
 * @throws TfeventsError `HL_TFEVENTS_TAG`, `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function encodeSummary(place: SummaryPlace, writeContent: WriteFields): Uint8Array<ArrayBuffer> {
  const { tag } = place
  checkTag(tag)
  return encodeEvent(place, `The summary ${quote(tag)}`, (writer) => {
    writeMessage(writer, eventSummary, () => {
      writeMessage(writer, summaryValue, () => {
        writeText(writer, valueTag, tag)
        writeContent(writer)
      })
    })
  })
}

function checkTag(tag: string): void {
  if (typeof tag === 'string' && tag !== '' && isWellFormed(tag)) return
  throw new TfeventsError(
    'HL_TFEVENTS_TAG',
    `A summary has the tag ${quote(tag)}; a tag is text that is not empty and holds no half of a surrogate pair`,
  )
}
