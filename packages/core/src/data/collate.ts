import { stack, Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import type { DataBatch, Sample } from './dataset.js'

/** Joins the samples of a batch; the tensors of the result are handed over to the loop. */
export type Collate = (samples: readonly Sample[]) => DataBatch

/**
 * Puts numbers, arrays and tensors of a field into one tensor `[batch, …]`: float32, or int32 for integer
 * typed arrays. Other values become a list. Tensors of the samples are disposed.
 * @throws `HL_DATA_SHAPE` when the shapes of a field differ within a batch
 */
export const defaultCollate: Collate = (samples) => {
  const batch: DataBatch = {}
  for (const field of Object.keys(samples[0] ?? {})) {
    batch[field] = collateField(
      field,
      samples.map((sample) => sample[field]),
    )
  }
  return batch
}

function collateField(field: string, values: readonly unknown[]): unknown {
  if (values.every((value) => typeof value === 'number')) return tensor(values, [values.length], 'float32')
  if (values.every((value) => value instanceof Tensor)) return stackAndDispose(field, values)
  if (values.every(isNumberArray)) return stackArrays(field, values)
  return values
}

type NumberArray = Float32Array | Int32Array | Uint8Array | Uint8ClampedArray | readonly number[]

function isNumberArray(value: unknown): value is NumberArray {
  return (
    value instanceof Float32Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array ||
    value instanceof Uint8ClampedArray ||
    (Array.isArray(value) && value.every((item) => typeof item === 'number'))
  )
}

function stackAndDispose(field: string, values: readonly Tensor[]): Tensor {
  checkSameShape(
    field,
    values.map((value) => value.shape),
  )
  const result = tidy(() => stack([...values]))
  for (const value of values) value.dispose()
  return result
}

function stackArrays(field: string, values: readonly NumberArray[]): Tensor {
  checkSameShape(
    field,
    values.map((value) => [value.length]),
  )
  const size = values[0]?.length ?? 0
  const isFloat = values.some((value) => value instanceof Float32Array || Array.isArray(value))
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
