import { fromTypedArray, type StoredTensor, toTypedArray } from '@hookloop/safetensors'
import { Tensor, tensor } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import type { StateArray } from './state-tree.js'

/** @throws `HL_CHECKPOINT_DTYPE` for strings and complex numbers, `HL_CHECKPOINT_VALUE` for a disposed tensor */
export async function storedTensor(name: string, value: Tensor | StateArray): Promise<StoredTensor> {
  if (!(value instanceof Tensor)) return fromTypedArray(value, [value.length])
  if (value.isDisposed) {
    throw new HookloopError(
      'HL_CHECKPOINT_VALUE',
      `'${name}' is a tensor that was disposed; put tensors into a checkpoint that live until it is saved`,
    )
  }
  if (value.dtype === 'string' || value.dtype === 'complex64') {
    throw new HookloopError(
      'HL_CHECKPOINT_DTYPE',
      `'${name}' is ${value.dtype}; a checkpoint holds float32, int32 and bool`,
    )
  }
  const values = await value.data()
  return fromTypedArray(values, value.shape, value.dtype === 'bool' ? 'BOOL' : undefined)
}

/** Numbers that tfjs has no dtype for become float32 or int32. */
export function restoredTensor(stored: StoredTensor): Tensor {
  const values = toTypedArray(stored)
  const shape = [...stored.shape]
  if (stored.dtype === 'BOOL') return tensor(Uint8Array.from(values, Number), shape, 'bool')
  if (values instanceof Float32Array) return tensor(values.slice(), shape, 'float32')
  if (values instanceof Float64Array) return tensor(Float32Array.from(values), shape, 'float32')
  return tensor(Int32Array.from(values, Number), shape, 'int32')
}

export function restoredArray(stored: StoredTensor): StateArray {
  return toTypedArray(stored).slice()
}
