import { stack, Tensor, tensor } from '@tensorflow/tfjs-core'
import { disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { DataBatch, Sample } from './dataset.js'
import { type IntegerArray, isFloatArray, isTypedArray, type TypedArray } from './typed-array.js'

/** Joins the samples of a batch; the tensors of the result are handed over to the loop. */
export type Collate = (samples: readonly Sample[]) => DataBatch

/**
 * Puts numbers, flat arrays and tensors of a field into one tensor `[batch, …]`: float32, or int32 for integer
 * typed arrays. Other values become a list. Tensors of the samples are disposed, unless it throws.
 * @throws `HL_DATA_SHAPE` when the fields or the shapes of a field differ within a batch
 */
export const defaultCollate: Collate = (samples) => {
  const batch: DataBatch = {}
  try {
    for (const field of fieldsOf(samples)) {
      batch[field] = collateField(
        field,
        samples.map((sample) => sample[field]),
      )
    }
  } catch (error) {
    disposeTensors(batch)
    throw error
  }
  return batch
}

/** The fields that all samples have. */
function fieldsOf(samples: readonly Sample[]): string[] {
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

function collateField(field: string, values: readonly unknown[]): unknown {
  if (values.every((value) => typeof value === 'number')) return tensor(values, [values.length], 'float32')
  if (values.every((value) => value instanceof Tensor)) return stackAndDispose(field, values)
  if (values.every(isNumberArray)) return stackArrays(field, values)
  return values
}

type NumberArray = TypedArray | readonly number[]

function isNumberArray(value: unknown): value is NumberArray {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'number')
  return isTypedArray(value)
}

function isIntegers(value: NumberArray): value is IntegerArray {
  return isTypedArray(value) && !isFloatArray(value)
}

function stackAndDispose(field: string, values: readonly Tensor[]): Tensor {
  checkSameShape(
    field,
    values.map((value) => value.shape),
  )
  const result = stack([...values])
  for (const value of values) value.dispose()
  return result
}

function stackArrays(field: string, values: readonly NumberArray[]): Tensor {
  checkSameShape(
    field,
    values.map((value) => [value.length]),
  )
  const size = values[0]?.length ?? 0
  const isFloat = !values.every(isIntegers)
  const joined = isFloat ? new Float32Array(values.length * size) : new Int32Array(values.length * size)
  values.forEach((value, index) => {
    joined.set(value, index * size)
  })
  return tensor(joined, [values.length, size], isFloat ? 'float32' : 'int32')
}

function checkSameShape(field: string, shapes: readonly (readonly number[])[]): void {
  const first = shapes[0]?.join(', ')
  const odd = shapes.findIndex((shape) => shape.join(', ') !== first)
  if (odd < 0) return
  throw new HookloopError(
    'HL_DATA_SHAPE',
    `the field '${field}' has shape [${first}] in example 0 of the batch, but [${shapes[odd]?.join(', ')}] in ` +
      `example ${odd}; all examples of a batch need one shape, or a collate function of your own`,
  )
}
