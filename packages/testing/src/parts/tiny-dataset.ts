import { ArrayDataset } from '@hookloop/core'
import { evenNumbers } from './tiny-numbers.js'

/**
 * Examples for {@link TinyModel}: `inputs` of shape `[4, 4, 1]` with float32 values from -1 to 1, `labels` from 0 to 2. The same
 * ones each time; the classes are called `a`, `b` and `c`.
 */
export function tinyDataset(length = 6): ArrayDataset {
  return new ArrayDataset(
    {
      inputs: { values: evenNumbers(length * 16, 100), shape: [4, 4, 1] },
      labels: { values: Int32Array.from({ length }, (_, index) => (index * index) % 3) },
    },
    { classes: ['a', 'b', 'c'] },
  )
}
