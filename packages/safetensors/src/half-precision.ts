// Bit patterns of float32, by what they mean to float16.
const infinity = 0x7f800000
const firstToOverflow = 0x477ff000 // 65520 rounds to infinity, what is below to 65504
const smallestNormal = 0x38800000 // 2^-14
const exponentDifference = 112 // of the biases, 127 - 15

/** Bit patterns of the nearest float16 values, ties to even. */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return convert(bitPatterns(values), new Uint16Array(values.length), narrowToFloat16)
}

/** Bit patterns of the nearest bfloat16 values, ties to even. */
export function float32ToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  return convert(bitPatterns(values), new Uint16Array(values.length), narrowToBfloat16)
}

/** Exact values of float16 bit patterns. */
export function float16ToFloat32(patterns: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(convert(patterns, new Uint32Array(patterns.length), widenFloat16).buffer)
}

/** Exact values of bfloat16 bit patterns. */
export function bfloat16ToFloat32(patterns: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(convert(patterns, new Uint32Array(patterns.length), widenBfloat16).buffer)
}

// Not `TypedArray.from`, which first collects all values in a list.
function convert<Target extends Uint16Array | Uint32Array>(
  source: Uint16Array | Uint32Array,
  target: Target,
  convertPattern: (pattern: number) => number,
): Target {
  source.forEach((pattern, index) => {
    target[index] = convertPattern(pattern)
  })
  return target
}

function bitPatterns(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length)
}

function narrowToFloat16(pattern: number): number {
  const sign = (pattern >>> 16) & 0x8000
  const magnitude = pattern & 0x7fffffff
  if (magnitude > infinity) return sign | 0x7e00
  if (magnitude >= firstToOverflow) return sign | 0x7c00
  if (magnitude >= smallestNormal) return sign | shiftAndRound(magnitude - (exponentDifference << 23), 13)
  const shift = 126 - (magnitude >>> 23)
  return shift > 24 ? sign : sign | shiftAndRound((magnitude & 0x7fffff) | 0x800000, shift)
}

function narrowToBfloat16(pattern: number): number {
  const isNotANumber = (pattern & 0x7fffffff) > infinity
  // Cut off or rounded, a NaN's payload could become an infinity; the quiet bit keeps it NaN.
  return isNotANumber ? (pattern >>> 16) | 0x40 : shiftAndRound(pattern, 16)
}

function widenFloat16(pattern: number): number {
  const sign = (pattern & 0x8000) << 16
  const exponent = (pattern & 0x7c00) >>> 10
  const fraction = pattern & 0x3ff
  if (exponent === 31) return sign | infinity | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + exponentDifference) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  // A subnormal: its highest bit becomes the implicit one.
  const shift = Math.clz32(fraction) - 21
  return sign | ((exponentDifference + 1 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}

function widenBfloat16(pattern: number): number {
  return pattern << 16
}

/** Divides by 2^shift and rounds to nearest, ties to even. */
function shiftAndRound(value: number, shift: number): number {
  const isOdd = (value >>> shift) & 1
  return (value + 2 ** (shift - 1) - 1 + isOdd) >>> shift
}
