import { PbfWriter } from 'pbf'
import { type WriteFields, writeMessage, writeText } from './message.js'
import { checkedWallTime, checkStep, type Moment, type WallTimed } from './moment.js'
import { encodeRecord } from './record.js'

// Field numbers of TensorFlow's event.proto.
const fields = { wallTime: 1, step: 2, fileVersion: 3, sessionLog: 7 } as const
const sessionLog = { status: 1, start: 1 } as const

/**
 * The record that begins every event file: `brain.Event:2`.
 * @throws TfeventsError `HL_TFEVENTS_WALL_TIME`
 */
export function fileVersionEvent(time: WallTimed = {}): Uint8Array<ArrayBuffer> {
  return encodeEvent({ ...time, step: 0 }, 'The file version', (writer) => {
    writeText(writer, fields.fileVersion, 'brain.Event:2')
  })
}

/**
 * The record that follows the file version and says at which step the file begins. Where a training goes on from an
 * earlier step, TensorBoard then drops what older files of the folder hold for that step and later ones.
 * @throws TfeventsError `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function sessionStartEvent(moment: Moment): Uint8Array<ArrayBuffer> {
  return encodeEvent(moment, 'The session start', (writer) => {
    writeMessage(writer, fields.sessionLog, () =>
      writer.writeVarintField(sessionLog.status, sessionLog.start),
    )
  })
}

/**
 * An event as a record; `what` names it in errors.
 * @throws TfeventsError `HL_TFEVENTS_STEP`, `HL_TFEVENTS_WALL_TIME`
 */
export function encodeEvent(
  moment: Moment,
  what: string,
  writeContent: WriteFields,
): Uint8Array<ArrayBuffer> {
  const { step } = moment
  checkStep(step, what)
  const writer = new PbfWriter()
  writer.writeDoubleField(fields.wallTime, checkedWallTime(moment.wallTime, what))
  writer.writeVarintField(fields.step, step)
  writeContent(writer)
  return encodeRecord(writer.finish())
}
