import { backend, getBackend, type KernelBackend, Tensor } from '@tensorflow/tfjs-core'

/** Backends whose tensors lie in memory of the process, and whose operations are done when they return. */
const near: ReadonlySet<string> = new Set(['tensorflow', 'wasm', 'cpu'])

let asked: KernelBackend | undefined
let isNear = false

/** Whether reading a scalar of the backend in use costs less than keeping it: it waits for no device. */
export function readsAreCheap(): boolean {
  const used = backend()
  if (used !== asked) {
    asked = used
    isNear = near.has(getBackend()) && Reflect.get(used, 'isUsingGpuDevice') !== true
  }
  return isNear
}

/** The value of a float scalar, also in a shape of ones, where reading is cheap; otherwise what was given. */
export function valueIfCheap<Value>(scalar: Value): Value | number {
  if (typeof scalar === 'number' || !(scalar instanceof Tensor)) return scalar
  if (scalar.size !== 1 || scalar.dtype !== 'float32') return scalar
  return readsAreCheap() ? (scalar.dataSync<'float32'>()[0] ?? scalar) : scalar
}
