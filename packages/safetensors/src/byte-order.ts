const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Turns values from the host's byte order into little-endian or back; the same view where nothing is to do. */
export function toggleByteOrder(
  bytes: Uint8Array,
  itemSize: number,
  isSame = hostIsLittleEndian,
): Uint8Array {
  if (isSame || itemSize === 1) return bytes
  const swapped = new Uint8Array(bytes)
  for (let begin = 0; begin < swapped.byteLength; begin += itemSize) {
    swapped.subarray(begin, begin + itemSize).reverse()
  }
  return swapped
}
