import crc32c from 'crc-32/crc32c.js'

/** CRC32C, rotated and shifted as TFRecord files keep it; an unsigned 32-bit number. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
