import type { DataBatch } from '@hookloop/core'
import { gather, Tensor, tensor1d } from '@tensorflow/tfjs-core'

/**
 * The batch of a rehearsal: as it is in the first, its first row everywhere in the second, its last row in the third, and so
 * on. What a step computes in JavaScript from values of the batch differs between them.
 * @returns tensors that the caller owns; the numbers of rows stay
 */
export function batchVariant(batch: DataBatch, draw: number): Record<string, Tensor> {
  const variant: Record<string, Tensor> = {}
  for (const field in batch) {
    const value = batch[field]
    if (value instanceof Tensor) variant[field] = variantOf(value, draw % 3)
  }
  return variant
}

function variantOf(tensor: Tensor, kind: number): Tensor {
  const [rows = 0] = tensor.shape
  if (kind === 1 || rows === 0) return tensor.clone()
  const indices = tensor1d(new Int32Array(rows).fill(kind === 2 ? 0 : rows - 1), 'int32')
  const chosen = gather(tensor, indices)
  indices.dispose()
  return chosen
}
