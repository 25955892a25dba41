import { backend_util, type SumAttrs, type SumInputs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type BackendWasm, callKernel, floatsOf } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { Kernel } from '../registration.js'

type Sum = Kernel<SumInputs, SumAttrs>

/** Values up to which a loop in JavaScript is done before a kernel has been called. */
const smallSum = 65_536

/** Sums over leading axes, as the gradients of biases are: the backend's own makes a transposed copy of its input first. */
export function fastSum(stock: Sum): Sum {
  return function sum(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { x } = inputs
    const axes = util.parseAxisParam(attrs.axis, x.shape)
    const isLeading = axes.length < x.shape.length && axes.every((_, i) => axes.includes(i))
    if (x.dtype !== 'float32' || axes.length === 0 || !isLeading) return stock(call)
    const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
    const shape = attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape
    const sums = sumOfRows(backend, x, util.sizeFromShape(outShape))
    const output = backend.makeOutput(shape, 'float32')
    floatsOf(backend, output).set(sums)
    return output
  }
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
    const values = floatsOf(backend, rest)
    for (let row = 0; row < rows; row++) addRow(sums, values, row * size)
  })
  return sums
}

function addRow(sums: Float64Array, values: Float32Array, begin: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (values[begin + i] ?? 0)
}
