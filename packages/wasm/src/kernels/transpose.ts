import { type TransposeAttrs, type TransposeInputs, util } from '@tensorflow/tfjs-core'
import type { Kernel } from '../registration.js'

type Transpose = Kernel<TransposeInputs, TransposeAttrs>

/** The backend's own divides by zero where there is nothing to transpose. */
export function mendedTranspose(stock: Transpose): Transpose {
  return function transpose(call) {
    const { shape, dtype } = call.inputs.x
    if (util.sizeFromShape(shape) > 0) return stock(call)
    return call.backend.makeOutput(
      call.attrs.perm.map((axis) => shape[axis] ?? 0),
      dtype,
    )
  }
}
