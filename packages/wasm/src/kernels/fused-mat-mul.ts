import type { _FusedMatMulAttrs, _FusedMatMulInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { callKernel } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { KernelCall } from '../registration.js'

type Call = KernelCall<_FusedMatMulInputs, _FusedMatMulAttrs>

/** A product, then a bias, then an activation: what dense layers compute outside of gradients. */
export function fusedMatMul({ backend, inputs, attrs }: Call): TensorInfo {
  const { a, b, bias } = inputs
  const { transposeA, transposeB } = attrs
  return withIntermediates(backend, (intermediates) => {
    let output = callKernel(backend, 'BatchMatMul', { a, b }, { transposeA, transposeB })
    if (bias) output = callKernel(backend, 'Add', { a: intermediates.own(output), b: bias })
    const { activation, leakyreluAlpha: alpha = 0 } = attrs
    if (activation === 'linear') return output
    const x = intermediates.own(output)
    if (activation === 'leakyrelu') return callKernel(backend, 'LeakyRelu', { x }, { alpha })
    if (activation === 'prelu')
      return callKernel(backend, 'Prelu', { x, alpha: inputs.preluActivationWeights })
    return callKernel(backend, kernels[activation], { x })
  })
}

const kernels = { relu: 'Relu', relu6: 'Relu6', elu: 'Elu', sigmoid: 'Sigmoid' }
