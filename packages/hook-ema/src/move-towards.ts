import { arrayVariables, type NativeVariables, nativeVariables, ofFloats } from '@hookloop/core'
import { add, mul, sub, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'

/**
 * `average += share * (value - average)`, rounded to float32 after each operation on every backend, with as few passes over
 * memory as the backend allows.
 */
export function moveTowards(average: Variable, value: Tensor, share: number): void {
  const native = nativeVariables()
  if (native !== undefined) {
    moveInTensorFlow(native, average, value, share)
    return
  }
  const arrays = arrayVariables()
  if (arrays === undefined || average.size > arrays.largest) {
    tidy(() => average.assign(add(average, mul(sub(value, average), share))))
    return
  }
  arrays.update([average], (opened) => {
    for (const { before, after } of opened)
      moveArray(before, after, arrays.valuesOf(value), Math.fround(share))
  })
}

/** The difference, and then the average in place: `average - share * (average - value)` has the same bits. */
function moveInTensorFlow(native: NativeVariables, average: Variable, value: Tensor, share: number): void {
  const difference = native.compute('Sub', [native.idOf(average), native.idOf(value)])
  const step = native.scalar(share)
  native.change(
    'ResourceApplyGradientDescent',
    [ofFloats, unlocked],
    [native.handleOf(average), step, difference],
  )
  native.free(step)
  native.free(difference)
}

/** Nobody else writes the average. */
const unlocked = { name: 'use_locking', type: 3, value: false }

function moveArray(before: Float32Array, after: Float32Array, values: Float32Array, share: number): void {
  const { fround } = Math
  for (let i = 0; i < values.length; i++) {
    const from = before[i] ?? 0
    after[i] = from + fround(fround((values[i] ?? 0) - from) * share)
  }
}
