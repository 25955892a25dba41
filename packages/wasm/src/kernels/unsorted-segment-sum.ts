import {
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  util,
} from '@tensorflow/tfjs-core'
import { floatsOf, zeros } from '../backend.js'
import type { KernelCall } from '../registration.js'

/**
 * Adds the rows of `x` that have the same segment id: `[numSegments, ...]` from `[rows, ...]` and ids `[rows]`. Rows
 * whose id is negative or too large are left out, as on the other backends. It is the gradient of gather and embeddings.
 */
export function unsortedSegmentSum(
  call: KernelCall<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>,
): TensorInfo {
  const { backend, inputs, attrs } = call
  const { x, segmentIds } = inputs
  const idRank = segmentIds.shape.length
  const inner = x.shape.slice(idRank)
  const rowSize = util.sizeFromShape(inner)
  const output = zeros(backend, [attrs.numSegments, ...inner])
  const [from, to] = [floatsOf(backend, x), floatsOf(backend, output)]
  const ids = backend.typedArrayFromHeap(segmentIds)
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] ?? -1
    if (id < 0 || id >= attrs.numSegments) continue
    for (let i = 0; i < rowSize; i++)
      to[id * rowSize + i] = (to[id * rowSize + i] ?? 0) + (from[row * rowSize + i] ?? 0)
  }
  return output
}
