import type { PbfWriter } from 'pbf'
import { TfeventsError } from './errors.js'
import { type WriteFields, writeMessage, writeText } from './message.js'
import { checkedWallTime, type WallTimed } from './moment.js'
import { emptyTensor, encodeTensorSummary } from './tensor-summary.js'
import { isWellFormed, quote } from './text.js'

// Field numbers of TensorBoard's plugin_data.proto and protobuf's struct.proto.
const sessionStartInfo = 3
const fields = { hparams: 1, startTime: 5 } as const
const entry = { key: 1, value: 2 } as const
const value = { number: 2, string: 3, boolean: 4 } as const

/** A setting of a training: a finite number, a text or a boolean. */
export type Hparam = number | string | boolean

/** The settings of a training, to compare runs by. */
export interface HparamsOptions extends WallTimed {
  /** Values by name. */
  hparams: Readonly<Record<string, Hparam>>
}

/**
 * The record of a run's hyperparameters, once per run. TensorBoard makes its table of them and of the last value of
 * each scalar of the run.
 * @throws TfeventsError `HL_TFEVENTS_HPARAMS`, `HL_TFEVENTS_WALL_TIME`
 */
export function hparamsEvent({ hparams, wallTime }: HparamsOptions): Uint8Array<ArrayBuffer> {
  for (const [name, hparam] of Object.entries(hparams)) checkHparam(name, hparam)
  const startTime = checkedWallTime(wallTime, 'The hyperparameters')
  const place = { tag: '_hparams_/session_start_info', step: 0, wallTime: startTime }
  const writeContent: WriteFields = (writer) => {
    writeMessage(writer, sessionStartInfo, () => {
      for (const [name, hparam] of Object.entries(hparams)) writeHparam(writer, name, hparam)
      writer.writeDoubleField(fields.startTime, startTime)
    })
  }
  return encodeTensorSummary(place, { name: 'hparams', writeContent }, emptyTensor)
}

function writeHparam(writer: PbfWriter, name: string, hparam: Hparam): void {
  writeMessage(writer, fields.hparams, () => {
    writeText(writer, entry.key, name)
    writeMessage(writer, entry.value, () => {
      if (typeof hparam === 'number') writer.writeDoubleField(value.number, hparam)
      else if (typeof hparam === 'boolean') writer.writeBooleanField(value.boolean, hparam)
      else writeText(writer, value.string, hparam)
    })
  })
}

function checkHparam(name: string, hparam: unknown): void {
  // TensorBoard's page gets these values as JSON, and one that JSON cannot hold would take the whole table away.
  const isStorable =
    typeof hparam === 'string' ? isWellFormed(hparam) : typeof hparam === 'boolean' || Number.isFinite(hparam)
  if (name !== '' && isWellFormed(name) && isStorable) return
  throw new TfeventsError(
    'HL_TFEVENTS_HPARAMS',
    `The hyperparameter ${quote(name)} is ${quote(hparam)}; it must have a name and be a finite number, ` +
      'a text or a boolean; other values can be given as text',
  )
}
