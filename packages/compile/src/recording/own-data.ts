import type { DataBatch } from '@hookloop/core'
import { Tensor, type Variable } from '@tensorflow/tfjs-core'
import { idOf, type NativeBackend } from '../tensorflow/native-backend.js'

/**
 * The tensors of a batch, each with data of its own: a recording could not tell which of two that share theirs is read, and the
 * next batch may come with other data in each. The caller owns what is returned.
 */
export function ownBatch(native: NativeBackend, batch: DataBatch): Record<string, Tensor> {
  const own: Record<string, Tensor> = {}
  const ids = new Set<number>()
  for (const field in batch) {
    const value = batch[field]
    if (!(value instanceof Tensor)) continue
    const id = idOf(native, value)
    own[field] = ids.has(id) ? copyOf(native, value) : value.clone()
    ids.add(id)
  }
  return own
}

/** Gives variables that share their data data of their own. */
export function separate(native: NativeBackend, variables: readonly Variable[]): void {
  const ids = new Set<number>()
  for (const variable of variables) {
    const id = idOf(native, variable)
    if (ids.has(id)) {
      const copy = copyOf(native, variable)
      variable.assign(copy)
      copy.dispose()
    }
    ids.add(id)
  }
}

/** A tensor with the same values and an id of its own. */
function copyOf(native: NativeBackend, tensor: Tensor): Tensor {
  const type = { name: 'T', type: 4, value: native.tensorMap.get(tensor.dataId).dtype }
  const [made] = native.binding.executeOp('Identity', [type], [idOf(native, tensor)], 1)
  if (made === undefined) throw new Error('TensorFlow made no copy of a tensor')
  return native.createOutputTensor(made)
}
