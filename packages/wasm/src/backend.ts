import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { getKernel, type NamedAttrMap, type NamedTensorInfoMap, type TensorInfo } from '@tensorflow/tfjs-core'

export type { BackendWasm }

/** Runs a kernel with one output on raw tensor infos: no tensor is made, so no scope frees it; the caller owns it. */
export function callKernel(
  backend: BackendWasm,
  name: string,
  inputs: NamedTensorInfoMap,
  attrs: NamedAttrMap = {},
): TensorInfo {
  const kernel = getKernel(name, 'wasm')
  if (kernel === undefined) throw new Error(`The wasm backend has no kernel ${name}, which a gradient needs.`)
  const output = kernel.kernelFunc({ inputs, backend, attrs })
  if (Array.isArray(output)) throw new Error(`The kernel ${name} has several outputs, but one was expected.`)
  return output
}

/** Where a tensor lies in the heap, in bytes; it stays there when the heap grows. */
export function placeOf(backend: BackendWasm, info: TensorInfo): number {
  return backend.dataIdMap.get(info.dataId).memoryOffset
}

/** A view of a float32 tensor in the heap. Stale as soon as anything allocates: the heap may grow and move. */
export function floatsOf(backend: BackendWasm, info: TensorInfo): Float32Array {
  const values = backend.typedArrayFromHeap(info)
  if (values instanceof Float32Array) return values
  throw new Error(`A float32 tensor was expected, but got ${info.dtype} [${info.shape.join(', ')}].`)
}

/** The same data under another shape, as a tensor of its own that must be disposed. */
export function reshaped(backend: BackendWasm, x: TensorInfo, shape: number[]): TensorInfo {
  return callKernel(backend, 'Reshape', { x }, { shape })
}

export function transposed(backend: BackendWasm, x: TensorInfo, perm: number[]): TensorInfo {
  return callKernel(backend, 'Transpose', { x }, { perm })
}

export function matMul(backend: BackendWasm, a: TensorInfo, b: TensorInfo): TensorInfo {
  return callKernel(backend, 'BatchMatMul', { a, b }, { transposeA: false, transposeB: false })
}

export function zeros(
  backend: BackendWasm,
  shape: number[],
  dtype: 'float32' | 'int32' = 'float32',
): TensorInfo {
  const output = backend.makeOutput(shape, dtype)
  backend.typedArrayFromHeap(output).fill(0)
  return output
}

/**
 * The output of a kernel that reads float32 inputs: zeros.
 * @throws where an input is of another type; then nothing has been allocated
 */
export function floatOutput(
  backend: BackendWasm,
  shape: number[],
  inputs: Readonly<Record<string, TensorInfo>>,
): TensorInfo {
  for (const [name, { dtype, shape }] of Object.entries(inputs))
    if (dtype !== 'float32')
      throw new Error(
        `A kernel of @hookloop/wasm takes float32 for ${name}, but got ${dtype} [${shape.join(', ')}]. ` +
          "Cast it: `tf.cast(x, 'float32')`.",
      )
  return zeros(backend, shape)
}
