import { HookloopError } from '../errors/hookloop-error.js'
import type { DataBatch, Sample } from './dataset.js'
import { checkRange, checkSize, isShapedArray, type ShapedArray } from './shaped-array.js'
import { type IntegerArray, isFloatArray, isTypedArray, type TypedArray } from './typed-array.js'

/**
 * The samples of a batch as one record, without tfjs, as threads that load data have none: numbers, typed arrays and
 * {@link ShapedArray}s of a field become one ShapedArray `[batch, …]`, other values a list.
 * @param indices of the samples in their dataset, for messages
 * @throws `HL_DATA_SHAPE` when the fields or the shapes of a field differ within a batch
 * @throws `HL_DATA_RANGE` for integers that int32 cannot hold
 */
export function joinSamples(samples: readonly Sample[], indices?: readonly number[]): DataBatch {
  const batch: DataBatch = {}
  for (const field of fieldsOf(samples, indices)) {
    const values = samples.map((sample) => sample[field])
    batch[field] = joinValues(field, values, indices)
  }
  return batch
}

/** The fields that all samples have. */
export function fieldsOf(samples: readonly Sample[], indices?: readonly number[]): string[] {
  const fields = Object.keys(samples[0] ?? {})
  samples.forEach((sample, place) => {
    const others = Object.keys(sample)
    if (others.length === fields.length && fields.every((field) => Object.hasOwn(sample, field))) return
    throw new HookloopError(
      'HL_DATA_SHAPE',
      `${firstExample(indices)} has the fields ${fields.join(', ') || 'none'}, but example ${indices?.[place] ?? place} has ` +
        `${others.join(', ') || 'none'}; all examples of a batch need the same fields, or a collate function of your own`,
    )
  })
  return fields
}

/** The values of a field as one array, or as they are where they are no numbers. */
export function joinValues(
  field: string,
  values: readonly unknown[],
  indices?: readonly number[],
): ShapedArray | readonly unknown[] {
  if (values.every((value) => typeof value === 'number'))
    return { values: Float32Array.from(values), shape: [values.length] }
  if (values.every(isNumberArray)) return joinArrays(field, values, indices)
  if (values.every(isShapedArray)) return joinShapedArrays(field, values, indices)
  return values
}

export function checkSameShape(
  field: string,
  shapes: readonly (readonly number[])[],
  indices?: readonly number[],
): void {
  const first = shapes[0]?.join(', ')
  const odd = shapes.findIndex((shape) => shape.join(', ') !== first)
  if (odd < 0) return
  throw new HookloopError(
    'HL_DATA_SHAPE',
    `the field '${field}' has shape [${first}] in ${firstExample(indices)}, but [${shapes[odd]?.join(', ')}] in ` +
      `example ${indices?.[odd] ?? odd}; all examples of a batch need one shape, or a collate function of your own`,
  )
}

/** By its index in the dataset where that is known, otherwise by its place. */
function firstExample(indices: readonly number[] | undefined): string {
  return indices === undefined ? 'example 0 of the batch' : `example ${indices[0]}`
}

type NumberArray = TypedArray | readonly number[]

function isNumberArray(value: unknown): value is NumberArray {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number')
  return isTypedArray(value)
}

function isIntegers(value: NumberArray): value is IntegerArray {
  return isTypedArray(value) && !isFloatArray(value)
}

function joinArrays(
  field: string,
  arrays: readonly NumberArray[],
  indices: readonly number[] | undefined,
): ShapedArray {
  checkSameShape(
    field,
    arrays.map((array) => [array.length]),
    indices,
  )
  return { values: concatenate(field, arrays), shape: [arrays.length, arrays[0]?.length ?? 0] }
}

function joinShapedArrays(
  field: string,
  arrays: readonly ShapedArray[],
  indices: readonly number[] | undefined,
): ShapedArray {
  arrays.forEach((array, place) => {
    checkSize(field, array, indices?.[place])
  })
  checkSameShape(
    field,
    arrays.map(({ shape }) => shape),
    indices,
  )
  return {
    values: concatenate(
      field,
      arrays.map(({ values }) => values),
    ),
    shape: [arrays.length, ...(arrays[0]?.shape ?? [])],
  }
}

function concatenate(field: string, arrays: readonly NumberArray[]): Float32Array | Int32Array {
  const size = arrays[0]?.length ?? 0
  const Joined = arrays.every(isIntegers) ? Int32Array : Float32Array
  if (Joined === Int32Array) for (const array of arrays) checkRange(field, array)
  const joined = new Joined(arrays.length * size)
  arrays.forEach((array, index) => {
    joined.set(array, index * size)
  })
  return joined
}
