import { ArrayDataset } from '@hookloop/core'
import { side } from '@hookloop-examples/mnist/digits'

const size = side * side

/** So many of a dataset's digits, of every class. */
export function someOf(digits: ArrayDataset, count: number): ArrayDataset {
  if (count >= digits.length) return digits
  const indices = Array.from({ length: count }, (_, index) => Math.floor((index * digits.length) / count))
  const { inputs, labels } = digits.fields
  const values = new Float32Array(count * size)
  indices.forEach((from, to) => {
    values.set(inputs?.values.subarray(from * size, (from + 1) * size) ?? [], to * size)
  })
  return new ArrayDataset(
    {
      inputs: { values, shape: [side, side, 1] },
      labels: { values: Int32Array.from(indices, (index) => labels?.values[index] ?? 0) },
    },
    digits.metainfo,
  )
}
