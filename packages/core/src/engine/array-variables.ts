import {
  backend,
  engine,
  getBackend,
  type Tensor,
  type TensorInfo,
  tensor,
  type Variable,
} from '@tensorflow/tfjs-core'

/** The values of a variable, before and after an update. May be one array. */
export interface OpenValues {
  readonly before: Float32Array
  /** To be filled as a whole. */
  readonly after: Float32Array
}

/**
 * Values of float32 tensors as arrays, without a copy, where the backend keeps them so that JavaScript reaches them. Arrays are
 * stale as soon as a tensor is made.
 */
export interface ArrayVariables {
  /** Above so many elements the backend's own operations are faster than a loop in JavaScript. */
  readonly largest: number
  /** Not to be written. */
  valuesOf(tensor: Tensor): Float32Array
  /** Lets the values of variables be changed; whoever else holds the same data keeps what they were. */
  open(variables: readonly Variable[]): OpenValues[]
}

/** Those of the backend in use; undefined where JavaScript does not reach its memory. */
export function arrayVariables(): ArrayVariables | undefined {
  switch (getBackend()) {
    case 'cpu':
      return inJavaScript
    case 'wasm':
      return inHeap(backend())
    default:
      return undefined
  }
}

/** The cpu backend hands out the arrays that it keeps, so those that somebody has seen are never written. */
const inJavaScript: ArrayVariables = {
  largest: Number.POSITIVE_INFINITY,
  valuesOf: floatsOf,
  open: (variables) =>
    variables.map((variable) => {
      const before = floatsOf(variable)
      const after = new Float32Array(before.length)
      replace(variable, tensor(after, variable.shape, 'float32'))
      return { before, after }
    }),
}

function floatsOf(value: Tensor): Float32Array {
  const values = value.dataSync<'float32'>()
  return values instanceof Float32Array ? values : new Float32Array(values)
}

/** The parts of the wasm backend that this needs. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo
  refCount(dataId: object): number
  typedArrayFromHeap(info: TensorInfo): unknown
}

/**
 * Measured with updates of Adam and SGD and with averages (`npm run bench:updates`): operations of the wasm backend are faster
 * per element, but cost about 20 µs each; the two are even somewhere above.
 */
const largestInHeap = 4096

let last: { readonly of: object; readonly variables: ArrayVariables | undefined } | undefined

function inHeap(used: object): ArrayVariables | undefined {
  if (last?.of !== used) last = { of: used, variables: isWasm(used) ? heapVariables(used) : undefined }
  return last.variables
}

function isWasm(used: object): used is WasmBackend {
  return ['makeOutput', 'refCount', 'typedArrayFromHeap'].every((name) => name in used)
}

function heapVariables(wasm: WasmBackend): ArrayVariables {
  const valuesOf = (value: Tensor) => {
    const values = wasm.typedArrayFromHeap(value)
    return values instanceof Float32Array ? values : new Float32Array(0)
  }
  const makeSole = (variable: Variable) => {
    if (wasm.refCount(variable.dataId) === 1) return
    const copy = engine().makeTensorFromTensorInfo(wasm.makeOutput(variable.shape, 'float32'))
    valuesOf(copy).set(valuesOf(variable))
    replace(variable, copy)
  }
  return {
    largest: largestInHeap,
    valuesOf,
    open: (variables) => {
      // All of them first: where the heap grows, arrays that were taken before are stale.
      variables.forEach(makeSole)
      return variables.map((variable) => {
        const values = valuesOf(variable)
        return { before: values, after: values }
      })
    },
  }
}

function replace(variable: Variable, value: Tensor): void {
  variable.assign(value)
  value.dispose()
}
