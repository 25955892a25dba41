import { Draw } from '@hookloop-tests/layer-cases'
import * as tf from '@tensorflow/tfjs'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/** A computation with its inputs, drawn at random: the same on every backend. */
export interface DrawnCase {
  /** What was drawn, for messages. */
  readonly told: string
  readonly inputs: readonly { readonly shape: number[]; readonly values: Float32Array }[]
  /** Differentiable in all inputs. */
  compute(...inputs: tf.Tensor[]): tf.Tensor
}

export type DrawCase = (draw: Draw) => DrawnCase

export const casesPerRow = 12

/** The largest difference of a gradient from that of a reference backend, as part of its largest value. */
export function largestRelativeError(
  drawCase: DrawCase,
  seed: number,
  reference = 'cpu',
): { error: number; told: string } {
  let worst = { error: 0, told: '' }
  for (let i = 0; i < casesPerRow; i++) {
    const drawn = drawCase(new Draw(seed * 1000 + i))
    const expected = gradientsOn(reference, drawn, seed)
    const { result: actual, left } = withoutLeaks(() => gradientsOn('wasm', drawn, seed))
    if (left !== '') throw new Error(`${drawn.told}: ${left}`)
    expected.forEach((values, input) => {
      const error = relativeError(actual[input] ?? new Float32Array(), values)
      if (!(error <= worst.error)) worst = { error, told: `${drawn.told}, input ${input}` }
    })
  }
  return worst
}

function gradientsOn(backend: string, drawn: DrawnCase, seed: number): Float32Array[] {
  tf.setBackend(backend)
  return tf.tidy(() => {
    const inputs = drawn.inputs.map(({ shape, values }) => tf.tensor(values, shape, 'float32'))
    const compute = (...given: tf.Tensor[]) => drawn.compute(...given)
    const output = compute(...inputs)
    // A gradient of its own for each output, so that a swap of two of them shows.
    const dy = tf.tensor(new Draw(seed).values(output.shape, 0.5, 1.5), output.shape, 'float32')
    const gradients = tf.grads(compute)(inputs, dy)
    return [output, ...gradients].map((tensor) => Float32Array.from(tensor.dataSync()))
  })
}

export function withoutLeaks<Result>(action: () => Result): { result: Result; left: string } {
  tf.setBackend('wasm')
  const before = counts()
  const result = action()
  const after = counts()
  const left = Object.keys(before).filter((name) => before[name] !== after[name])
  return { result, left: left.map((name) => `${name} ${before[name]} became ${after[name]}`).join(', ') }
}

function counts(): Record<string, number> {
  const { numTensors, numDataBuffers } = tf.memory()
  return { numTensors, numDataBuffers, numDataIds: (tf.backend() as BackendWasm).numDataIds() }
}

export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY
  let [difference, largest] = [0, 0]
  expected.forEach((value, i) => {
    const off = Math.abs(value - (actual[i] ?? Number.NaN))
    difference = Number.isNaN(off) ? Number.POSITIVE_INFINITY : Math.max(difference, off)
    largest = Math.max(largest, Math.abs(value))
  })
  return difference === 0 ? 0 : difference / Math.max(largest, 1e-30)
}
