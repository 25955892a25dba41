import { toggleByteOrder } from './byte-order.js'
import { isDtype, itemSizeOf, type SafetensorsDtype, unknownDtype } from './dtype.js'
import { SafetensorsError } from './errors.js'
import type { StoredTensor } from './file.js'
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './half-precision.js'
import { byteLengthOf } from './shape.js'

/** The typed arrays that tensors become. */
export type StoredTypedArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array

/** The typed arrays that tensors are made of. */
export type SourceTypedArray = StoredTypedArray | Uint8ClampedArray

const ownDtypes: Readonly<Record<SourceTypedArray[typeof Symbol.toStringTag], SafetensorsDtype>> = {
  Float64Array: 'F64',
  Float32Array: 'F32',
  BigInt64Array: 'I64',
  Int32Array: 'I32',
  Int16Array: 'I16',
  Int8Array: 'I8',
  BigUint64Array: 'U64',
  Uint32Array: 'U32',
  Uint16Array: 'U16',
  Uint8Array: 'U8',
  Uint8ClampedArray: 'U8',
}

/**
 * Makes a tensor of values; a view of them, except for `F16` and `BF16`.
 * @param values row-major
 * @param shape `[]` for a single value
 * @param dtype default: the array's own. Besides: `BOOL` for a Uint8Array of zeros and ones, `F16` and `BF16`
 * for a Float32Array, rounded to nearest, ties to even
 * @throws SafetensorsError `HL_SAFETENSORS_DTYPE`, `HL_SAFETENSORS_SHAPE`, `HL_SAFETENSORS_SIZE`,
 * `HL_SAFETENSORS_VALUE`
 */
export function fromTypedArray(
  values: SourceTypedArray,
  shape: readonly number[],
  dtype: SafetensorsDtype = ownDtypes[values[Symbol.toStringTag]],
): StoredTensor {
  const stored = asStored(values, dtype)
  const tensor = {
    dtype,
    shape,
    bytes: toggleByteOrder(
      new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength),
      itemSizeOf(dtype),
    ),
  }
  checkSize(tensor)
  return tensor
}

/**
 * The values of a tensor: a view where its bytes are aligned, otherwise a copy.
 * `BOOL` gives a Uint8Array, `F16` and `BF16` a new Float32Array; all other dtypes their own kind of array.
 * @throws SafetensorsError `HL_SAFETENSORS_DTYPE`, `HL_SAFETENSORS_SHAPE`, `HL_SAFETENSORS_SIZE`
 */
export function toTypedArray(tensor: StoredTensor): StoredTypedArray {
  const { dtype } = tensor
  checkSize(tensor)
  const itemSize = itemSizeOf(dtype)
  const { buffer, byteOffset, byteLength } = align(toggleByteOrder(tensor.bytes, itemSize), itemSize)
  const length = byteLength / itemSize
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer, byteOffset, length)
    case 'F32':
      return new Float32Array(buffer, byteOffset, length)
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer, byteOffset, length))
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer, byteOffset, length))
    case 'I64':
      return new BigInt64Array(buffer, byteOffset, length)
    case 'I32':
      return new Int32Array(buffer, byteOffset, length)
    case 'I16':
      return new Int16Array(buffer, byteOffset, length)
    case 'I8':
      return new Int8Array(buffer, byteOffset, length)
    case 'U64':
      return new BigUint64Array(buffer, byteOffset, length)
    case 'U32':
      return new Uint32Array(buffer, byteOffset, length)
    case 'U16':
      return new Uint16Array(buffer, byteOffset, length)
    case 'U8':
    case 'BOOL':
      return new Uint8Array(buffer, byteOffset, length)
  }
}

function asStored(values: SourceTypedArray, dtype: SafetensorsDtype): SourceTypedArray {
  if (dtype === ownDtypes[values[Symbol.toStringTag]]) return values
  if (dtype === 'F16' && values instanceof Float32Array) return float32ToFloat16(values)
  if (dtype === 'BF16' && values instanceof Float32Array) return float32ToBfloat16(values)
  if (dtype === 'BOOL' && values instanceof Uint8Array) return checkBooleans(values)
  throw new SafetensorsError(
    'HL_SAFETENSORS_DTYPE',
    `A ${values[Symbol.toStringTag]} cannot be stored as ${dtype}; leave the dtype out or convert the values`,
  )
}

function checkBooleans(values: Uint8Array): Uint8Array {
  const index = values.findIndex((value) => value > 1)
  if (index < 0) return values
  throw new SafetensorsError(
    'HL_SAFETENSORS_VALUE',
    `Value ${index} is ${values[index]}; a BOOL tensor holds only 0 and 1`,
  )
}

function checkSize({ dtype, shape, bytes }: StoredTensor): void {
  if (!isDtype(dtype)) throw unknownDtype(dtype, 'The tensor')
  const itemSize = itemSizeOf(dtype)
  const byteLength = byteLengthOf(dtype, shape, 'The tensor')
  if (bytes.byteLength !== byteLength) {
    throw new SafetensorsError(
      'HL_SAFETENSORS_SIZE',
      `The tensor has ${bytes.byteLength / itemSize} values; the shape [${shape}] takes ${byteLength / itemSize}`,
    )
  }
}

/** Typed arrays start only at multiples of their item's size; other files than ours need not align their data. */
function align(bytes: Uint8Array, itemSize: number): Uint8Array {
  // Not `slice`, which copies nothing of a Buffer.
  return bytes.byteOffset % itemSize === 0 ? bytes : new Uint8Array(bytes)
}
