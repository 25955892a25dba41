import { HookloopError } from '../errors/hookloop-error.js'
import { isFloatArray, isTypedArray, type TypedArray } from './typed-array.js'

/** Numbers with a shape, row-major: what a sample or a batch may hold in the place of a tensor. */
export interface ShapedArray {
  readonly values: TypedArray
  /** The product of its extents is `values.length`. */
  readonly shape: readonly number[]
}

export function isShapedArray(value: unknown): value is ShapedArray {
  if (typeof value !== 'object' || value === null || !('values' in value && 'shape' in value)) return false
  const { values, shape } = value
  return isTypedArray(values) && Array.isArray(shape) && shape.every((extent) => Number.isInteger(extent))
}

export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const extent of shape) size *= extent
  return size
}

/**
 * @param example whose field it is, where that is known
 * @throws `HL_DATA_SHAPE` when the shape is that of more or fewer numbers than there are
 */
export function checkSize(field: string, { values, shape }: ShapedArray, example?: number): void {
  const size = sizeOf(shape)
  if (size === values.length) return
  throw new HookloopError(
    'HL_DATA_SHAPE',
    `the field '${field}'${example === undefined ? '' : ` of example ${example}`} has the shape [${shape.join(', ')}], which takes ${size} numbers, but holds ${values.length}`,
  )
}

/**
 * The values as tensors take them: float32 for arrays of floats, int32 for those of integers.
 * @throws `HL_DATA_RANGE` for integers that int32 cannot hold
 */
export function tensorValues(field: string, values: TypedArray): Float32Array | Int32Array {
  checkRange(field, values)
  if (values instanceof Float32Array || values instanceof Int32Array) return values
  return isFloatArray(values) ? Float32Array.from<number>(values) : Int32Array.from<number>(values)
}

const mostInt32 = 2 ** 31 - 1

/** @throws `HL_DATA_RANGE` for integers that int32 cannot hold */
export function checkRange(field: string, values: unknown): void {
  if (!(values instanceof Uint32Array)) return
  const odd = values.find((value) => value > mostInt32)
  if (odd === undefined) return
  throw new HookloopError(
    'HL_DATA_RANGE',
    `the field '${field}' holds ${odd}, but integers become int32, which ends at ${mostInt32}; give smaller numbers, or a ` +
      'Float32Array where the nearest float32 will do',
  )
}
