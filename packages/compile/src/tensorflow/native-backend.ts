import { backend, type DataId, getBackend, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core'

/** TensorFlow's numbers of data types, of those that tfjs has. */
export type NativeType = number

/** What the native library tells of a tensor that it made. */
export interface NativeTensor {
  readonly id: number
  readonly shape: readonly number[]
  readonly dtype: NativeType
}

/** An attribute of an operation, as tfjs-node writes them. `type` is a `TF_AttrType`. */
export interface NativeAttr {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

export type NumericValues = Float32Array | Int32Array | Uint8Array
export type NativeValues = NumericValues | readonly Uint8Array[]

/** The functions of tfjs-node's addon that every kernel ends in. */
export interface NativeBinding {
  createTensor(shape: readonly number[], dtype: NativeType, values: NativeValues): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): NumericValues
  executeOp(
    name: string,
    attrs: readonly NativeAttr[],
    inputs: readonly number[],
    numOutputs: number,
  ): NativeTensor[]
  loadSavedModel(folder: string, tags: string): number
  /** Feeds and fetches by names that commas divide. @throws where the graph does */
  runSavedModel(session: number, inputs: readonly number[], feeds: string, fetches: string): NativeTensor[]
  deleteSavedModel(session: number): void
}

/** What the backend remembers of a tensor's data. */
export interface DataEntry {
  readonly shape: readonly number[]
  readonly dtype: NativeType
  /** -1 before `values` are uploaded. */
  readonly id: number
  readonly values: NativeValues | null
  refCount: number
}

/** The parts of tfjs-node's backend that recording needs. Of 4.22.0; {@link nativeBackend} checks that they are there. */
export interface NativeBackend {
  binding: NativeBinding
  readonly tensorMap: {
    has(dataId: DataId): boolean
    get(dataId: DataId): DataEntry
    set(dataId: DataId, entry: DataEntry): void
  }
  /** Uploads what is not yet, and gives the ids. */
  getInputTensorIds: (tensors: readonly TensorInfo[]) => number[]
  createOutputTensor(made: NativeTensor): Tensor
}

/** tfjs-node's backend, where it is the one in use. */
export function nativeBackend(): NativeBackend | undefined {
  if (getBackend() !== 'tensorflow') return undefined
  const used: unknown = backend()
  return isNative(used) ? used : undefined
}

function isNative(value: unknown): value is NativeBackend {
  if (typeof value !== 'object' || value === null) return false
  const isThere = (field: string) => Reflect.get(value, field) !== undefined
  return ['binding', 'tensorMap', 'getInputTensorIds', 'createOutputTensor'].every(isThere)
}

/** The id of a tensor's data, which are uploaded where they are not yet. */
export function idOf(native: NativeBackend, tensor: TensorInfo): number {
  native.getInputTensorIds([tensor])
  return native.tensorMap.get(tensor.dataId).id
}
