import {
  type DataId,
  type Scalar,
  scalar,
  type Tensor,
  type TensorInfo,
  type Variable,
} from '@tensorflow/tfjs-core'
import {
  idOf,
  type NativeAttr,
  type NativeBackend,
  type NativeBinding,
  type NativeTensor,
  type NativeType,
  type NativeValues,
  type NumericValues,
} from '../tensorflow/native-backend.js'
import { LiveBytes } from './live-bytes.js'
import { ReadingKernels } from './reading-kernels.js'
import type { RecordedNode, Source } from './recording.js'
import { bytesOf, sharing } from './tensor-bytes.js'

/** Writes down the operations that the native library runs, and where their inputs come from. */
export class Recorder {
  readonly nodes: RecordedNode[] = []
  /** Data that neither the step made nor anybody tells of; the recording holds what they were. */
  readonly captured: DataId[] = []
  /** The variables that the step reads or writes; sources count them. */
  readonly variables: Variable[] = []
  readonly #sources = new Map<number, Source>()
  readonly #variables = new Map<number, Variable>()
  readonly #dataIds = new Map<number, DataId>()
  readonly #bytes = new LiveBytes()
  readonly #kernels = new ReadingKernels()
  #uploading: Source | undefined
  #obstacle: string | undefined

  /**
   * @param batch the tensors of the batch
   * @param variables all that there are; no two of them share their data
   */
  constructor(
    private readonly native: NativeBackend,
    batch: readonly Tensor[],
    variables: readonly Variable[],
  ) {
    batch.forEach((tensor, index) => {
      this.#sources.set(idOf(native, tensor), { from: 'batch', index })
    })
    for (const variable of variables) this.#variables.set(idOf(native, variable), variable)
  }

  /** Runs an action and records it. */
  record<Result>(action: () => Result): Result {
    const { native } = this
    const { binding, getInputTensorIds } = native
    native.binding = this.#listeningTo(binding)
    native.getInputTensorIds = (tensors) => this.#remember(tensors, getInputTensorIds.call(native, tensors))
    try {
      return this.#kernels.follow(action)
    } finally {
      native.binding = binding
      native.getInputTensorIds = getInputTensorIds
    }
  }

  /** What was done that no graph can repeat, in words that go on after "because". */
  get obstacle(): string | undefined {
    return this.#obstacle
  }

  /** The most bytes of what the step made that were there at once, without the new values of variables. */
  peakBytes(written: readonly Variable[]): number {
    return this.#bytes.peak(written.map((variable) => idOf(this.native, variable)))
  }

  refuse(obstacle: string): void {
    this.#obstacle ??= obstacle
  }

  /** While recording: a scalar for a number that each run gets anew. Belongs to the scope around. */
  factor(index: number, value: number): Scalar {
    const tensor = scalar(value, 'float32')
    this.#uploading = { from: 'factor', index }
    idOf(this.native, tensor)
    this.#uploading = undefined
    return tensor
  }

  /** While recording: where a tensor came from. */
  sourceOf(tensor: Tensor): Source {
    return this.#sourceOf(idOf(this.native, tensor))
  }

  /** The number of a variable, which it gets when it is first asked for. */
  indexOf(variable: Variable): number {
    const index = this.variables.indexOf(variable)
    return index === -1 ? this.variables.push(variable) - 1 : index
  }

  #listeningTo(binding: NativeBinding): NativeBinding {
    const listeners: Pick<
      NativeBinding,
      'executeOp' | 'createTensor' | 'deleteTensor' | 'tensorDataSync' | 'runSavedModel'
    > = {
      executeOp: (op, attrs, inputs, numOutputs) => {
        const outputs = binding.executeOp(op, attrs, inputs, numOutputs)
        this.#addOp(op, attrs, inputs, outputs)
        this.#count(op, inputs, outputs)
        return outputs
      },
      createTensor: (shape, dtype, values) => {
        const id = binding.createTensor(shape, dtype, values)
        this.#bytes.add(id, bytesOf({ shape, dtype }))
        if (this.#uploading === undefined) this.#addConst(id, shape, dtype, values)
        else this.#sources.set(id, this.#uploading)
        return id
      },
      deleteTensor: (id) => {
        this.#bytes.remove(id)
        binding.deleteTensor(id)
      },
      tensorDataSync: (id) => {
        const values = binding.tensorDataSync(id)
        if (!this.#kernels.reads) this.refuse('the step reads values of a tensor (dataSync, arraySync, …)')
        return values
      },
      runSavedModel: (...call) => {
        this.refuse('the step runs a SavedModel')
        return binding.runSavedModel(...call)
      },
    }
    const properties = Object.entries(listeners).map(([name, value]) => [name, { value }] as const)
    return Object.create(binding, Object.fromEntries(properties))
  }

  #remember(tensors: readonly TensorInfo[], ids: number[]): number[] {
    tensors.forEach((tensor, index) => {
      const id = ids[index]
      if (id !== undefined) this.#dataIds.set(id, tensor.dataId)
    })
    return ids
  }

  #add(node: RecordedNode, ids: readonly number[]): void {
    const index = this.nodes.push(node) - 1
    ids.forEach((id, output) => {
      this.#sources.set(id, { from: 'node', index, output })
    })
  }

  #addOp(
    op: string,
    attrs: readonly NativeAttr[],
    inputs: readonly number[],
    made: readonly NativeTensor[],
  ): void {
    const outputs = made.map(({ shape, dtype }) => ({ shape: [...shape], dtype }))
    const sources = inputs.map((id) => this.#sourceOf(id))
    this.#add(
      { kind: 'op', op, attrs, inputs: sources, outputs },
      made.map(({ id }) => id),
    )
  }

  #count(op: string, inputs: readonly number[], made: readonly NativeTensor[]): void {
    const [input] = inputs
    for (const output of made) {
      if (sharing.has(op) && input !== undefined) this.#bytes.share(output.id, input)
      else this.#bytes.add(output.id, bytesOf(output))
    }
  }

  #addConst(id: number, shape: readonly number[], dtype: NativeType, values: NativeValues): void {
    if (isNumeric(values))
      this.#add({ kind: 'const', shape: [...shape], dtype, values: values.slice() }, [id])
    else this.refuse('the step uses texts')
  }

  #sourceOf(id: number): Source {
    const known = this.#sources.get(id)
    if (known !== undefined) return known
    const variable = this.#variables.get(id)
    if (variable === undefined) return this.#capture(id)
    const source = { from: 'variable', index: this.indexOf(variable) } as const
    this.#sources.set(id, source)
    return source
  }

  /** A tensor from outside of the step, such as class weights that the model keeps. */
  #capture(id: number): Source {
    const dataId = this.#dataIds.get(id)
    const entry = dataId && this.native.tensorMap.get(dataId)
    if (dataId === undefined || entry === undefined) {
      this.refuse('the step uses a tensor of unknown origin')
      return { from: 'node', index: -1, output: 0 }
    }
    this.captured.push(dataId)
    this.#addConst(
      id,
      entry.shape,
      entry.dtype,
      Object.getPrototypeOf(this.native.binding).tensorDataSync(id),
    )
    return this.#sources.get(id) ?? this.#capture(id)
  }
}

function isNumeric(values: NativeValues): values is NumericValues {
  return ArrayBuffer.isView(values)
}
