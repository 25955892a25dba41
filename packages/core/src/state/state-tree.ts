import type { Tensor } from '@tensorflow/tfjs-core'

/** Numbers that grow with a run (histories, orders, random states) are kept as typed arrays. */
export type StateArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array

/** A value that a checkpoint can hold: JSON, tensors and typed arrays, nested as you like. */
export type StateValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Tensor
  | StateArray
  | readonly StateValue[]
  | StateTree

/** A named collection of state values. */
export interface StateTree {
  [key: string]: StateValue
}

/** Tensors by name, such as a model's parameters and buffers. */
export type StateDict = Record<string, Tensor>

export function isStateTree(value: unknown): value is StateTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
