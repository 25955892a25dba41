import { backend_util, type SumAttrs, type SumInputs, type TensorInfo, util } from '@tensorflow/tfjs-core'
import { floatsOf } from '../backend.js'
import type { Kernel } from '../registration.js'

type Sum = Kernel<SumInputs, SumAttrs>

/** Values up to which a loop in JavaScript is done before the backend's own has made its transposed copy. */
const smallSum = 65_536

/** Small sums over leading axes, as the gradients of biases of dense layers are. */
export function fastSum(stock: Sum): Sum {
  return function sum(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { x } = inputs
    const axes = util.parseAxisParam(attrs.axis, x.shape)
    const isLeading = axes.length < x.shape.length && axes.every((_, i) => axes.includes(i))
    if (x.dtype !== 'float32' || axes.length === 0 || !isLeading || util.sizeFromShape(x.shape) > smallSum)
      return stock(call)
    const [outShape] = backend_util.computeOutAndReduceShapes(x.shape, axes)
    const size = util.sizeFromShape(outShape)
    const shape = attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape
    const output = backend.makeOutput(shape, 'float32')
    const values = floatsOf(backend, x)
    const sums = new Float64Array(size)
    if (size === 0) return output
    for (let begin = 0; begin < values.length; begin += size)
      for (let i = 0; i < size; i++) sums[i] = (sums[i] ?? 0) + (values[begin + i] ?? 0)
    floatsOf(backend, output).set(sums)
    return output
  }
}
