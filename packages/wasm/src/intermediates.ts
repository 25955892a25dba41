import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { BackendWasm } from './backend.js'

/** The tensors that a kernel makes on its way. */
export class Intermediates {
  readonly #owned: TensorInfo[] = []
  readonly #slices: TensorInfo[] = []

  constructor(private readonly backend: BackendWasm) {}

  /** Takes the tensor over: it is freed when the kernel ends. */
  own(info: TensorInfo): TensorInfo {
    this.#owned.push(info)
    return info
  }

  /**
   * Part of the memory of another tensor as a tensor, without copying.
   * @param begin first element, counted in elements of the tensor
   */
  slice(of: TensorInfo, begin: number, shape: number[]): TensorInfo {
    const { memoryOffset } = this.backend.dataIdMap.get(of.dataId)
    const slice = this.backend.makeOutput(shape, of.dtype, memoryOffset + begin * bytesPerFloat)
    this.#slices.push(slice)
    return slice
  }

  dispose(): void {
    for (const slice of this.#slices) {
      // The memory belongs to another tensor: the backend forgets the name of it and what XNNPACK derived from it.
      this.backend.wasm.tfjs.disposeData(this.backend.dataIdMap.get(slice.dataId).id)
      this.backend.dataIdMap.delete(slice.dataId)
    }
    for (const info of this.#owned) this.backend.disposeData(info.dataId)
  }
}

const bytesPerFloat = 4

/** Runs a kernel and frees its intermediate tensors, also when it fails. */
export function withIntermediates<Result>(
  backend: BackendWasm,
  kernel: (intermediates: Intermediates) => Result,
): Result {
  const intermediates = new Intermediates(backend)
  try {
    return kernel(intermediates)
  } finally {
    intermediates.dispose()
  }
}
