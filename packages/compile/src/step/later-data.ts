import { type DataType, engine, type Tensor } from '@tensorflow/tfjs-core'
import type { TensorSpec } from '../recording/recording.js'
import type { DataEntry, NativeBackend, NativeTensor } from '../tensorflow/native-backend.js'

/** The types of tensors that can be handed out before they are computed, by TensorFlow's numbers. */
const typeNames: ReadonlyMap<number, DataType> = new Map([
  [1, 'float32'],
  [3, 'int32'],
  [10, 'bool'],
])

export function canBeLater({ dtype }: TensorSpec): boolean {
  return typeNames.has(dtype)
}

/** Data of a tensor that a step which waits will make; reading them makes it run. */
export class LaterData implements DataEntry {
  readonly shape: readonly number[]
  readonly dtype: number
  refCount = 1
  #id = -1
  readonly #dataId = {}

  /** @param settle computes the steps that wait */
  constructor(
    private readonly native: NativeBackend,
    { shape, dtype }: TensorSpec,
    private readonly settle: () => void,
  ) {
    this.shape = shape
    this.dtype = dtype
  }

  /** -1 before it is there: tfjs asks for this one when it frees data, and for `values` first when it reads them. */
  get id(): number {
    return this.#id
  }

  get values(): null {
    if (this.#id === -1) this.settle()
    return null
  }

  toTensor(): Tensor {
    const { native, dtype, shape } = this
    native.tensorMap.set(this.#dataId, this)
    const name = typeNames.get(dtype) ?? 'float32'
    return engine().makeTensorFromTensorInfo({ dataId: this.#dataId, shape: [...shape], dtype: name })
  }

  /** It is computed; freed at once where nobody wants it any more. */
  fill({ id }: NativeTensor): void {
    if (this.refCount > 0) this.#id = id
    else this.native.binding.deleteTensor(id)
  }
}
