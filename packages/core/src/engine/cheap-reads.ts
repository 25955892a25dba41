import { backend, getBackend, type KernelBackend } from '@tensorflow/tfjs-core'

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
