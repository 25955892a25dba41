import type { PreluInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { util } from '@tensorflow/tfjs-core'
import { callKernel } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { Kernel } from '../registration.js'

type Prelu = Kernel<PreluInputs, object>

/** Prelu with any `alpha` that broadcasts to `x`: the backend's own takes it for one value per channel. */
export function broadcastPrelu(stock: Prelu): Prelu {
  return function prelu(call): TensorInfo {
    const { backend, inputs } = call
    const { x, alpha } = inputs
    if (x.dtype !== 'float32' || isTrailing(alpha.shape, x.shape)) return stock(call)
    return withIntermediates(backend, (intermediates) => {
      const run = (name: string, tensors: Record<string, TensorInfo>): TensorInfo =>
        intermediates.own(callKernel(backend, name, tensors))
      const negative = run('Relu', { x: run('Neg', { x }) })
      const scaled = run('Multiply', { a: negative, b: alpha })
      return callKernel(backend, 'Sub', { a: run('Relu', { x }), b: scaled })
    })
  }
}

function isTrailing(alpha: readonly number[], x: readonly number[]): boolean {
  const significant = alpha.slice(alpha.findIndex((length) => length !== 1))
  return significant.length > 0 && util.arraysEqual(significant, x.slice(x.length - significant.length))
}
