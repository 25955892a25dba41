import {
  backend_util,
  type MeanAttrs,
  type MeanInputs,
  type SumAttrs,
  type SumInputs,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core'
import { type BackendWasm, callKernel, floatsOf, placeOf, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import { productsOf } from '../products.js'
import type { Kernel, KernelCall } from '../registration.js'

/** Values up to which a loop in JavaScript is done before a kernel has been called. */
const smallSum = 65_536

type Sum = Kernel<SumInputs, SumAttrs>

/**
 * Sums in double precision: the backend's own adds a million values one after the other in a float32, which keeps two
 * digits. For sums over leading axes, as the gradients of biases are, it makes a transposed copy of its input, too.
 */
export function exactSum(stock: Sum): Sum {
  return function sum(call) {
    const { dtype, shape } = call.inputs.x
    if (dtype !== 'float32' && util.sizeFromShape(shape) > 0) return stock(call)
    return reduced(call, call.inputs.x, 1)
  }
}

/** Of nothing it is 0, as on the cpu backend. */
export function exactMean(call: KernelCall<MeanInputs, MeanAttrs>): TensorInfo {
  const { backend, inputs, attrs } = call
  const axes = util.parseAxisParam(attrs.axis, inputs.x.shape)
  const count = util.sizeFromShape(axes.map((axis) => inputs.x.shape[axis] ?? 1))
  return withIntermediates(backend, (intermediates) => {
    const x =
      inputs.x.dtype === 'float32'
        ? inputs.x
        : intermediates.own(callKernel(backend, 'Cast', { x: inputs.x }, { dtype: 'float32' }))
    return reduced(call, x, Math.max(1, count))
  })
}

/** The sum of `x`, float32 or empty, divided. */
function reduced(
  { backend, attrs }: KernelCall<SumInputs, SumAttrs>,
  x: TensorInfo,
  divisor: number,
): TensorInfo {
  const axes = util.parseAxisParam(attrs.axis, x.shape)
  const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
  const shape = attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape
  const isLeading = axes.length < x.shape.length && axes.every((_, i) => axes.includes(i))
  const size = util.sizeFromShape(outShape)
  const sums = isLeading ? sumOfRows(backend, x, size) : sumsOfRows(backend, x, axes, size)
  const output = zeros(backend, shape, x.dtype === 'float32' ? 'float32' : 'int32')
  backend.typedArrayFromHeap(output).set(divisor === 1 ? sums : sums.map((value) => value / divisor))
  return output
}

// Half of the rows are added to the other half until few are left; it is more exact, too, than one after the other.
function sumOfRows(backend: BackendWasm, x: TensorInfo, size: number): Float64Array {
  const sums = new Float64Array(size)
  withIntermediates(backend, (intermediates) => {
    let [rest, rows] = [x, size === 0 ? 0 : util.sizeFromShape(x.shape) / size]
    while (rows > 1 && rows * size > smallSum) {
      const half = Math.floor(rows / 2)
      if (rows % 2 === 1) addRow(sums, floatsOf(backend, rest), (rows - 1) * size)
      const a = intermediates.slice(rest, 0, [half, size])
      const b = intermediates.slice(rest, half * size, [half, size])
      rest = intermediates.own(callKernel(backend, 'Add', { a, b }))
      rows = half
    }
    if (rows === 0) return
    const values = floatsOf(backend, rest)
    for (let row = 0; row < rows; row++) addRow(sums, values, row * size)
  })
  return sums
}

function addRow(sums: Float64Array, values: Float32Array, begin: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (values[begin + i] ?? 0)
}

/** The sum of each row, where the axes that are summed over come last. */
function sumsOfRows(backend: BackendWasm, x: TensorInfo, axes: number[], rows: number): Float64Array {
  const length = rows === 0 ? 0 : util.sizeFromShape(x.shape) / rows
  return withIntermediates(backend, (intermediates) => {
    const perm = backend_util.getAxesPermutation(axes, x.shape.length)
    const input = perm === null ? x : intermediates.own(transposed(backend, x, perm))
    const [from, sums] = [placeOf(backend, input), productsOf(backend)]
    return new Float64Array(rows).map((_, row) => sums.sum(from + 4 * row * length, length))
  })
}
