import { backend_util, type SumInputs, util } from '@tensorflow/tfjs-core'
import type { Kernel } from '../registration.js'

interface ReductionAttrs {
  readonly axis?: number | number[]
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[]
  readonly keepDims: boolean
}

export type Reduction = Kernel<SumInputs, ReductionAttrs>

/** A reduction of the backend that knows its value for empty input: the backend leaves its output as it finds it. */
export function withValueOfNothing(stock: Reduction, value: number): Reduction {
  return function reduction(call) {
    const { backend, inputs, attrs } = call
    const { shape, dtype } = inputs.x
    if (util.sizeFromShape(shape) > 0) return stock(call)
    const axes = util.parseAxisParam(attrs.axis ?? attrs.reductionIndices ?? [], shape)
    const [outShape] = backend_util.computeOutAndReduceShapes(shape, axes)
    const output = backend.makeOutput(
      attrs.keepDims ? backend_util.expandShapeToKeepDim(outShape, axes) : outShape,
      dtype,
    )
    backend.typedArrayFromHeap(output).fill(value)
    return output
  }
}
