import { clone, type Variable } from '@tensorflow/tfjs-core'

/**
 * Gives buffers back what they held where a pass fails or is of no use: a forward pass moves the averages of batch
 * normalization, and one with NaN would spoil them for good. Call inside a tfjs scope.
 */
export function guardBuffers<Pass extends { readonly isUsable: boolean }>(
  buffers: readonly Variable[],
  pass: () => Pass,
): Pass {
  // A clone shares the data, so this costs no copy.
  const before = buffers.map((buffer) => [buffer, clone(buffer)] as const)
  const restore = () => {
    for (const [buffer, value] of before) buffer.assign(value)
  }
  try {
    const result = pass()
    if (!result.isUsable) restore()
    return result
  } catch (error) {
    restore()
    throw error
  }
}
