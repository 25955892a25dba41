import { HookloopError } from '../errors/hookloop-error.js'
import type { DataBatch, Sample } from './dataset.js'
import { checkSize, isShapedArray, type ShapedArray } from './shaped-array.js'
import { type IntegerArray, isFloatArray, isTypedArray, type TypedArray } from './typed-array.js'

/**
 * The samples of a batch as one record, without tfjs, as threads that load data have none: numbers, typed arrays and
 * {@link ShapedArray}s of a field become one ShapedArray `[batch, …]`, other values a list.
 * @throws `HL_DATA_SHAPE` when the fields or the shapes of a field differ within a batch
 */
export function joinSamples(samples: readonly Sample[]): DataBatch {
  const batch: DataBatch = {}
  for (const field of fieldsOf(samples)) {
    const values = samples.map((sample) => sample[field])
    batch[field] = joinValues(field, values)
  }
  return batch
}

/** The fields that all samples have. */
export function fieldsOf(samples: readonly Sample[]): string[] {
  const fields = Object.keys(samples[0] ?? {})
  samples.forEach((sample, index) => {
    const others = Object.keys(sample)
    if (others.length === fields.length && fields.every((field) => Object.hasOwn(sample, field))) return
    throw new HookloopError(
      'HL_DATA_SHAPE',
      `example 0 of the batch has the fields ${fields.join(', ') || 'none'}, but example ${index} has ` +
        `${others.join(', ') || 'none'}; all examples of a batch need the same fields, or a collate function of your own`,
    )
  })
  return fields
}

/** The values of a field as one array, or as they are where they are no numbers. */
export function joinValues(field: string, values: readonly unknown[]): ShapedArray | readonly unknown[] {
  if (values.every((value) => typeof value === 'number'))
    return { values: Float32Array.from(values), shape: [values.length] }
  if (values.every(isNumberArray)) return joinArrays(field, values)
  if (values.every(isShapedArray)) return joinShapedArrays(field, values)
  return values
}

export function checkSameShape(field: string, shapes: readonly (readonly number[])[]): void {
  const first = shapes[0]?.join(', ')
  const odd = shapes.findIndex((shape) => shape.join(', ') !== first)
  if (odd < 0) return
  throw new HookloopError(
    'HL_DATA_SHAPE',
    `the field '${field}' has shape [${first}] in example 0 of the batch, but [${shapes[odd]?.join(', ')}] in ` +
      `example ${odd}; all examples of a batch need one shape, or a collate function of your own`,
  )
}

type NumberArray = TypedArray | readonly number[]

function isNumberArray(value: unknown): value is NumberArray {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number')
  return isTypedArray(value)
}

function isIntegers(value: NumberArray): value is IntegerArray {
  return isTypedArray(value) && !isFloatArray(value)
}

function joinArrays(field: string, arrays: readonly NumberArray[]): ShapedArray {
  checkSameShape(
    field,
    arrays.map((array) => [array.length]),
  )
  return { values: concatenate(arrays), shape: [arrays.length, arrays[0]?.length ?? 0] }
}

function joinShapedArrays(field: string, arrays: readonly ShapedArray[]): ShapedArray {
  for (const array of arrays) checkSize(field, array)
  checkSameShape(
    field,
    arrays.map(({ shape }) => shape),
  )
  return {
    values: concatenate(arrays.map(({ values }) => values)),
    shape: [arrays.length, ...(arrays[0]?.shape ?? [])],
  }
}

function concatenate(arrays: readonly NumberArray[]): Float32Array | Int32Array {
  const size = arrays[0]?.length ?? 0
  const Joined = arrays.every(isIntegers) ? Int32Array : Float32Array
  const joined = new Joined(arrays.length * size)
  arrays.forEach((array, index) => {
    joined.set(array, index * size)
  })
  return joined
}
