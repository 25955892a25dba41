import type { PbfWriter } from 'pbf'

/** Writes the fields of one message. */
export type WriteFields = (writer: PbfWriter) => void

/** Writes a message as a field of the one that is being written. */
export function writeMessage(writer: PbfWriter, field: number, writeFields: WriteFields): void {
  writer.writeMessage(field, writeFields, writer)
}

/**
 * Writes a text as a field. Not by `writeStringField` of pbf 5.1.2, which writes code points from U+20000 on (such as
 * 𠮷) as others.
 */
export function writeText(writer: PbfWriter, field: number, text: string): void {
  writer.writeBytesField(field, new TextEncoder().encode(text))
}
