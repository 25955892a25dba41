import {
  backend,
  type DataId,
  engine,
  getBackend,
  type Tensor,
  type TensorInfo,
  type Variable,
} from '@tensorflow/tfjs-core'

/** Names a tensor or a variable inside native TensorFlow. */
export type NativeId = number

/** An attribute of an operation, as tfjs-node writes them. `type` is a `TF_AttrType`. */
export interface NativeAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** The parts of tfjs-node's backend that this needs. Of 4.22.0. */
interface TfjsNode {
  readonly binding: {
    createTensor(shape: readonly number[], dtype: number, values: Float32Array): NativeId
    deleteTensor(id: NativeId): void
    executeOp(
      op: string,
      attributes: readonly NativeAttribute[],
      inputs: readonly NativeId[],
      numOutputs: number,
    ): readonly { readonly id: NativeId }[]
  }
  readonly tensorMap: { get(dataId: DataId): DataEntry; set(dataId: DataId, entry: DataEntry): void }
  /** Uploads what is not yet, and gives the ids. */
  getInputTensorIds(tensors: readonly TensorInfo[]): NativeId[]
}

interface DataEntry {
  readonly shape: readonly number[]
  readonly dtype: number
  readonly id: NativeId
  readonly values: null
  refCount: number
}

const float32 = 1
/** TensorFlow gives a variable of this name one that nobody else finds. */
const anonymous = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'

/** The attribute that tells an operation the type of its numbers. */
export const ofFloats: NativeAttribute = { name: 'T', type: 4, value: float32 }
const dtype: NativeAttribute = { name: 'dtype', type: 4, value: float32 }

/**
 * Float32 variables of tfjs whose values native TensorFlow keeps in variables of its own, so that one operation changes them
 * in place. Operations are called as they are, which takes a third of the time of tfjs's own.
 */
export class NativeVariables {
  constructor(private readonly native: TfjsNode) {}

  /** The value of a tensor; belongs to the tensor. */
  idOf(tensor: Tensor): NativeId {
    return this.native.getInputTensorIds([tensor])[0] ?? -1
  }

  /** A tensor of tfjs that takes a value over. Belongs to the scope around. */
  tensorOf(id: NativeId, shape: number[]): Tensor {
    const dataId = {}
    this.native.tensorMap.set(dataId, { shape, dtype: float32, id, values: null, refCount: 1 })
    return engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' })
  }

  /** A number as a tensor, which {@link free} frees. */
  scalar(value: number): NativeId {
    return this.native.binding.createTensor([], float32, new Float32Array([value]))
  }

  /** Runs an operation with a single output, which {@link free} frees. */
  compute(op: string, inputs: readonly NativeId[]): NativeId {
    return this.native.binding.executeOp(op, [ofFloats], inputs, 1)[0]?.id ?? -1
  }

  /** Runs an operation that changes variables, given by {@link handleOf}. */
  change(op: string, attributes: readonly NativeAttribute[], inputs: readonly NativeId[]): void {
    this.native.binding.executeOp(op, attributes, inputs, 0)
  }

  free(id: NativeId): void {
    this.native.binding.deleteTensor(id)
  }

  /**
   * TensorFlow's variable with the values of one of tfjs, to be changed at once. Whoever else holds the same data keeps what
   * they were: TensorFlow copies what is in use elsewhere before it writes.
   */
  handleOf(variable: Variable): NativeId {
    const own = this.#ownDataOf(variable)
    if (own !== undefined) return own.begin()
    // Shares the memory, until something is written.
    return this.#renew(variable, this.compute('Identity', [this.idOf(variable)])).begin()
  }

  /** Gives a variable a new value, which it takes over. */
  assign(variable: Variable, id: NativeId): void {
    const own = this.#ownDataOf(variable)
    if (own === undefined) this.#renew(variable, id)
    else own.set(id)
  }

  /** Where nobody else holds them. */
  #ownDataOf({ dataId }: Variable): ChangingData | undefined {
    const entry = this.native.tensorMap.get(dataId)
    return entry instanceof ChangingData && entry.refCount === 1 ? entry : undefined
  }

  #renew(variable: Variable, id: NativeId): ChangingData {
    const { shape } = variable
    const [dataId, data] = [{}, new ChangingData(this.native.binding, shape, id)]
    this.native.tensorMap.set(dataId, data)
    const tensor = engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' })
    variable.assign(tensor)
    tensor.dispose()
    return data
  }
}

/** Data of a single variable: a tensor, or the value of a variable of TensorFlow, which is read when somebody wants it. */
class ChangingData implements DataEntry {
  readonly dtype = float32
  readonly values = null
  /** Counts the values that it had, for whoever remembers an earlier one. */
  version = 0
  #refCount = 1
  #tensor: NativeId | undefined
  #handle: NativeId | undefined
  #isInVariable = false

  constructor(
    private readonly binding: TfjsNode['binding'],
    readonly shape: readonly number[],
    tensor: NativeId,
  ) {
    this.#tensor = tensor
  }

  get id(): NativeId {
    this.#tensor ??= this.binding.executeOp('ReadVariableOp', [dtype], [this.#variable], 1)[0]?.id ?? -1
    return this.#tensor
  }

  get refCount(): number {
    return this.#refCount
  }

  /** The backend counts, and frees the tensor after the last. */
  set refCount(count: number) {
    this.#refCount = count
    if (count > 0 || this.#handle === undefined) return
    const ignore = { name: 'ignore_lookup_error', type: 3, value: true }
    this.binding.executeOp('DestroyResourceOp', [ignore], [this.#handle], 0)
    this.binding.deleteTensor(this.#handle)
    this.#handle = undefined
  }

  /** Takes a tensor as the value. */
  set(tensor: NativeId): void {
    this.#leave()
    this.#tensor = tensor
    this.#isInVariable = false
  }

  /** The variable, which is about to be changed. */
  begin(): NativeId {
    if (!this.#isInVariable) this.binding.executeOp('AssignVariableOp', [dtype], [this.#variable, this.id], 0)
    this.#leave()
    this.#isInVariable = true
    return this.#variable
  }

  #leave(): void {
    this.version += 1
    if (this.#tensor !== undefined) this.binding.deleteTensor(this.#tensor)
    this.#tensor = undefined
  }

  get #variable(): NativeId {
    const attributes = [
      dtype,
      { name: 'shape', type: 5, value: this.shape },
      { name: 'shared_name', type: 0, value: anonymous },
      { name: 'container', type: 0, value: '' },
    ]
    this.#handle ??= this.binding.executeOp('VarHandleOp', attributes, [], 1)[0]?.id ?? -1
    return this.#handle
  }
}

let last: { readonly of: object; readonly variables: NativeVariables | undefined } | undefined

/** Those of tfjs-node, where it is the backend in use. */
export function nativeVariables(): NativeVariables | undefined {
  if (getBackend() !== 'tensorflow') return undefined
  const used = backend()
  if (last?.of !== used)
    last = { of: used, variables: isTfjsNode(used) ? new NativeVariables(used) : undefined }
  return last.variables
}

function isTfjsNode(used: object): used is TfjsNode & object {
  return ['binding', 'tensorMap', 'getInputTensorIds'].every((name) => name in used)
}
