import { PbfReader } from 'pbf'
import { readRecords } from './read-records.js'

/** A message by field numbers, each as the bytes or the number that it is. */
export type Fields = Map<number, (Uint8Array | number)[]>

/** The fields of the only event in a file of one record. */
export function readEvent(record: Uint8Array): Fields {
  const [data, ...others] = readRecords(record)
  if (data === undefined || others.length > 0) throw new Error(`There are ${others.length} records too many`)
  return readFields(data)
}

/** The fields of a message. */
export function readFields(bytes: Uint8Array): Fields {
  return new PbfReader(bytes).readFields((field, fields: Fields, reader) => {
    const values = fields.get(field) ?? []
    fields.set(field, [...values, readValue(reader)])
  }, new Map())
}

/** The bytes of a field that stands once within messages that stand once. */
export function bytesAt(message: Fields, ...path: number[]): Uint8Array {
  const [field, ...rest] = path
  const [value] = message.get(field ?? 0) ?? []
  if (!(value instanceof Uint8Array)) throw new Error(`Field ${field} is no bytes`)
  return rest.length === 0 ? value : bytesAt(readFields(value), ...rest)
}

function readValue(reader: PbfReader): Uint8Array | number {
  if (reader.type === 0) return reader.readVarint(true)
  if (reader.type === 1) return reader.readDouble()
  if (reader.type === 5) return reader.readFloat()
  return reader.readBytes()
}
