import {
  backend,
  engine,
  getBackend,
  type Tensor,
  type TensorInfo,
  tensor,
  type Variable,
} from '@tensorflow/tfjs-core'

/** The values of a variable, before and after an update. */
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
  /**
   * Gives variables new values, which `fill` makes of the old ones; it makes no tensor. The data are new ones each time:
   * whoever else holds the old data keeps what they were, and backends remember what they have made of data, as the wasm
   * backend packs the filters of a convolution once.
   */
  update(variables: readonly Variable[], fill: (values: readonly OpenValues[]) => void): void
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

const inJavaScript: ArrayVariables = {
  largest: Number.POSITIVE_INFINITY,
  valuesOf: floatsOf,
  update: (variables, fill) => {
    const values = variables.map((variable) => {
      const before = floatsOf(variable)
      return { before, after: new Float32Array(before.length) }
    })
    fill(values)
    variables.forEach((variable, index) => {
      const after = values[index]?.after
      if (after !== undefined) replace(variable, tensor(after, variable.shape, 'float32'))
    })
  },
}

function floatsOf(value: Tensor): Float32Array {
  const values = value.dataSync<'float32'>()
  return values instanceof Float32Array ? values : new Float32Array(values)
}

/** The parts of the wasm backend that this needs. */
interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo
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
  return ['makeOutput', 'typedArrayFromHeap'].every((name) => name in used)
}

function heapVariables(wasm: WasmBackend): ArrayVariables {
  const valuesOf = (value: Tensor) => {
    const values = wasm.typedArrayFromHeap(value)
    return values instanceof Float32Array ? values : new Float32Array(0)
  }
  return {
    largest: largestInHeap,
    valuesOf,
    update: (variables, fill) => {
      // All of them first: where the heap grows, arrays that were taken before are stale.
      const made = variables.map((variable) => ({
        variable,
        value: engine().makeTensorFromTensorInfo(wasm.makeOutput(variable.shape, 'float32')),
      }))
      try {
        fill(made.map(({ variable, value }) => ({ before: valuesOf(variable), after: valuesOf(value) })))
        for (const { variable, value } of made) variable.assign(value)
      } finally {
        for (const { value } of made) value.dispose()
      }
    },
  }
}

function replace(variable: Variable, value: Tensor): void {
  variable.assign(value)
  value.dispose()
}
