import { arrayVariables, type Gradients, type NativeVariables, nativeVariables } from '@hookloop/core'
import {
  add,
  div,
  minimum,
  mul,
  type Scalar,
  scalar,
  sqrt,
  stack,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core'
import { type ClipGradOptions, type Clipped, clipGradients } from './clip-gradients.js'

/**
 * Clips gradients outside of recordings, with fewer operations of tfjs than {@link clipGradients} where the backend in use allows
 * that: the Euclidean norm of all is one operation for each on tfjs-node, and one pass in JavaScript on cpu and wasm. Runs inside a
 * tfjs scope.
 */
export function clipEagerly(gradients: Gradients, options: ClipGradOptions): Clipped {
  const list = Object.values(gradients)
  if (options.type === 'value' || (options.normType ?? 2) !== 2 || !list.every(isFloat))
    return clipGradients(gradients, options)
  const native = nativeVariables()
  const norm = native === undefined ? normOfArrays(list) : normInTensorFlow(native, list)
  if (norm === undefined) return clipGradients(gradients, options)
  const factor = minimum(div(options.maxNorm, add(norm, 1e-6)), 1)
  const scale = native === undefined ? mul : (one: Tensor) => scaled(native, one, factor)
  const clipped = Object.fromEntries(
    Object.entries(gradients).map(([name, one]) => [name, scale(one, factor)]),
  )
  return { clipped, norm }
}

function isFloat({ dtype }: Tensor): boolean {
  return dtype === 'float32'
}

function normInTensorFlow(native: NativeVariables, gradients: readonly Tensor[]): Scalar {
  // Half the sum of squares, in one pass.
  const halves = gradients.map((one) => native.tensorOf(native.compute('L2Loss', [native.idOf(one)]), []))
  return sqrt(mul<Scalar>(sum<Scalar>(stack(halves)), 2))
}

function scaled(native: NativeVariables, gradient: Tensor, factor: Tensor): Tensor {
  return native.tensorOf(native.compute('Mul', [native.idOf(gradient), native.idOf(factor)]), gradient.shape)
}

function normOfArrays(gradients: readonly Tensor[]): Scalar | undefined {
  const arrays = arrayVariables()
  if (arrays === undefined) return undefined
  let squares = 0
  for (const gradient of gradients) for (const value of arrays.valuesOf(gradient)) squares += value * value
  return scalar(Math.sqrt(squares), 'float32')
}
