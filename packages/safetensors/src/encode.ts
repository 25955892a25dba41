import { compareDtypes } from './dtype.js'
import { encodeHeader } from './encode-header.js'
import type { SafetensorsFile, StoredTensor } from './file.js'
import { compareCodePoints } from './text.js'

/** A file in the pieces in which it can be written, one after the other. */
export interface EncodedFile {
  /** The length of the JSON, the JSON and its padding; the data after it are aligned to 8 bytes. */
  header: Uint8Array<ArrayBuffer>
  /** The tensors' own bytes, not copied, in the order of the file. */
  chunks: Uint8Array[]
  /** The length of the whole file. */
  byteLength: number
}

/**
 * Lays out a file without copying tensors. Equal content gives equal bytes: tensors are ordered by dtype, widest
 * first, then by name, as the Python package does; metadata by key.
 * @throws SafetensorsError for what cannot be written; nothing is changed or padded to make it fit
 */
export function encode(file: SafetensorsFile): EncodedFile {
  const tensors = inFileOrder(file.tensors)
  const header = encodeHeader(tensors, file.metadata)
  const chunks = tensors.map(([, { bytes }]) => bytes)
  const byteLength = chunks.reduce((sum, { byteLength }) => sum + byteLength, header.byteLength)
  return { header, chunks, byteLength }
}

/**
 * Lays out a file in one piece; {@link encode} needs less memory.
 * @throws SafetensorsError as {@link encode}
 */
export function encodeToBytes(file: SafetensorsFile): Uint8Array<ArrayBuffer> {
  const { header, chunks, byteLength } = encode(file)
  const bytes = new Uint8Array(byteLength)
  let position = 0
  for (const chunk of [header, ...chunks]) {
    bytes.set(chunk, position)
    position += chunk.byteLength
  }
  return bytes
}

function inFileOrder(tensors: ReadonlyMap<string, StoredTensor>): [name: string, tensor: StoredTensor][] {
  return [...tensors].sort(
    ([leftName, left], [rightName, right]) =>
      compareDtypes(left.dtype, right.dtype) || compareCodePoints(leftName, rightName),
  )
}
