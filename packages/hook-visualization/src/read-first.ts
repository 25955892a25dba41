import { slice, type Tensor } from '@tensorflow/tfjs-core'

/** Values of the first `count` examples of a batch, in one transfer of no more than these. */
export async function readFirst(tensor: Tensor, count: number): Promise<ArrayLike<number>> {
  if ((tensor.shape[0] ?? 0) <= count) return tensor.data()
  const first = slice(tensor, 0, count)
  try {
    return await first.data()
  } finally {
    first.dispose()
  }
}
