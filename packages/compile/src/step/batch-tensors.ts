import type { DataBatch } from '@hookloop/core'
import type { Obstacle } from '@hookloop/optim'
import { Tensor } from '@tensorflow/tfjs-core'

/** The tensors of a batch in the order of its fields, or why the batch is not of tensors alone. */
export function batchTensors(batch: DataBatch): Tensor[] | Obstacle {
  const tensors: Tensor[] = []
  for (const field in batch) {
    const value = batch[field]
    if (!(value instanceof Tensor))
      return {
        obstacle: `the batch's field '${field}' is no tensor, and a graph would go on with its first value`,
      }
    if (value.dtype === 'string') return { obstacle: `the batch's field '${field}' holds texts` }
    tensors.push(value)
  }
  return tensors
}

/** Fields with type and shape, such as `inputs: float32 [64, 784], labels: int32 [64]`. */
export function describeBatch(batch: DataBatch): string {
  let text = ''
  for (const field in batch) {
    const value = batch[field]
    if (value instanceof Tensor) text += `${text === '' ? '' : ', '}${field}: ${value.dtype} [${value.shape}]`
  }
  return text
}
