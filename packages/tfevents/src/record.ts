import { maskedCrc32c } from './crc32c.js'

const lengthBytes = 8
const crcBytes = 4

/**
 * Frames bytes as one record of a TFRecord file: their length as 64 bits, its checksum, the bytes, their checksum,
 * all little-endian. An event file is a row of such records, and so is any `.tfrecord` file.
 */
export function encodeRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const dataStart = lengthBytes + crcBytes
  const record = new Uint8Array(dataStart + data.byteLength + crcBytes)
  const view = new DataView(record.buffer)
  view.setBigUint64(0, BigInt(data.byteLength), true)
  view.setUint32(lengthBytes, maskedCrc32c(record.subarray(0, lengthBytes)), true)
  record.set(data, dataStart)
  view.setUint32(dataStart + data.byteLength, maskedCrc32c(data), true)
  return record
}
