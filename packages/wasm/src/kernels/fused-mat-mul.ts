import type { _FusedMatMulAttrs, _FusedMatMulInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { callKernel } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { Kernel } from '../registration.js'

type FusedMatMul = Kernel<_FusedMatMulInputs, _FusedMatMulAttrs>

/** Terms that XNNPACK adds one after the other without losing digits. */
const shortSum = 1024

/**
 * A product, then a bias, then an activation: what dense layers compute outside of gradients. XNNPACK, which packs the
 * weights once, is faster but adds all terms one after the other: it has the short sums.
 */
export function exactFusedMatMul(stock: FusedMatMul): FusedMatMul {
  return function fusedMatMul(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { a, b, bias } = inputs
    const { transposeA, transposeB, activation, leakyreluAlpha: alpha = 0 } = attrs
    const inner = a.shape.at(transposeA ? -2 : -1) ?? 0
    // Nor does it take a bias of other shapes than one value per column.
    if (inner <= shortSum && (bias?.shape.length ?? 1) === 1) return stock(call)
    return withIntermediates(backend, (intermediates) => {
      let output = callKernel(backend, 'BatchMatMul', { a, b }, { transposeA, transposeB })
      if (bias) output = callKernel(backend, 'Add', { a: intermediates.own(output), b: bias })
      if (activation === 'linear') return output
      const x = intermediates.own(output)
      if (activation === 'leakyrelu') return callKernel(backend, 'LeakyRelu', { x }, { alpha })
      if (activation === 'prelu')
        return callKernel(backend, 'Prelu', { x, alpha: inputs.preluActivationWeights })
      return callKernel(backend, kernels[activation], { x })
    })
  }
}

const kernels = { relu: 'Relu', relu6: 'Relu6', elu: 'Elu', sigmoid: 'Sigmoid' }
