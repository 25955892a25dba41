const reversedPolynomial = 0x82f63b78

/** The records of a file, read by the letter of the format: https://www.tensorflow.org/tutorials/load_data/tfrecord */
export function readRecords(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const records: Uint8Array[] = []
  let position = 0
  while (position < file.byteLength) {
    const start = position + 12
    const end = start + Number(view.getBigUint64(position, true))
    checkCrc(file.subarray(position, position + 8), view.getUint32(position + 8, true))
    checkCrc(file.subarray(start, end), view.getUint32(end, true))
    records.push(file.subarray(start, end))
    position = end + 4
  }
  return records
}

function checkCrc(bytes: Uint8Array, masked: number): void {
  const crc = BigInt(bitwiseCrc32c(bytes))
  const expected = (((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn
  if (BigInt(masked) !== expected) throw new Error(`The checksum is ${masked}, not ${expected}`)
}

/** CRC32C bit by bit, without tables. */
function bitwiseCrc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? reversedPolynomial : 0)
  }
  return ~crc >>> 0
}
