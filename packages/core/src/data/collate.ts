import { stack, Tensor, tensor } from '@tensorflow/tfjs-core'
import { disposeTensors } from '../engine/tensors.js'
import type { DataBatch, Sample } from './dataset.js'
import { checkSameShape, fieldsOf, joinValues } from './join-samples.js'
import { checkSize, isShapedArray, type ShapedArray, tensorValues } from './shaped-array.js'

/**
 * Joins the samples of a batch; the tensors of the result are handed over to the loop. `indices` are those of the samples in
 * their dataset.
 */
export type Collate = (samples: readonly Sample[], indices: readonly number[]) => DataBatch

/**
 * Puts numbers, flat arrays, arrays with a shape and tensors of a field into one tensor `[batch, …]`: float32, or int32
 * for integer typed arrays. Other values become a list. Tensors of the samples are disposed, unless it throws.
 * @param indices of the samples in their dataset, for messages
 * @throws `HL_DATA_SHAPE` when the fields or the shapes of a field differ within a batch
 * @throws `HL_DATA_RANGE` for integers that int32 cannot hold
 */
export function defaultCollate(samples: readonly Sample[], indices?: readonly number[]): DataBatch {
  const batch: DataBatch = {}
  try {
    for (const field of fieldsOf(samples, indices)) {
      const values = samples.map((sample) => sample[field])
      batch[field] = collateField(field, values, indices)
    }
  } catch (error) {
    disposeTensors(batch)
    throw error
  }
  return batch
}

/**
 * The batch with a tensor in the place of each array with a shape.
 * @throws `HL_DATA_SHAPE` when a shape does not fit its values, `HL_DATA_RANGE` for integers that int32 cannot hold;
 * what was made is disposed then
 */
export function withTensors(batch: DataBatch): DataBatch {
  let made: DataBatch | undefined
  try {
    for (const field in batch) {
      const value = batch[field]
      if (!isShapedArray(value)) continue
      // A copy, as a dataset may give one record again and again.
      made ??= { ...batch }
      made[field] = tensorOf(field, value)
    }
    return made ?? batch
  } catch (error) {
    disposeTensors(made)
    throw error
  }
}

function collateField(
  field: string,
  values: readonly unknown[],
  indices: readonly number[] | undefined,
): unknown {
  if (values.every((value) => value instanceof Tensor)) return stackAndDispose(field, values, indices)
  const joined = joinValues(field, values, indices)
  return isShapedArray(joined) ? tensorOf(field, joined) : joined
}

function tensorOf(field: string, array: ShapedArray): Tensor {
  checkSize(field, array)
  const values = tensorValues(field, array.values)
  return tensor(values, [...array.shape], values instanceof Float32Array ? 'float32' : 'int32')
}

function stackAndDispose(
  field: string,
  values: readonly Tensor[],
  indices: readonly number[] | undefined,
): Tensor {
  checkSameShape(
    field,
    values.map((value) => value.shape),
    indices,
  )
  const result = stack([...values])
  for (const value of values) value.dispose()
  return result
}
