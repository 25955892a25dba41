/** Numbers from -1 to 1 that look drawn and are always the same: the fractional parts of multiples of the golden ratio. */
export function evenNumbers(count: number, offset = 0): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => (((index + offset) * 0.6180339887) % 1) * 2 - 1)
}
