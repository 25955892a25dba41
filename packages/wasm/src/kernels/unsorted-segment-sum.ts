import {
  type TensorInfo,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  util,
} from '@tensorflow/tfjs-core'
import { zeros } from '../backend.js'
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
  const inner = x.shape.slice(segmentIds.shape.length)
  const rowSize = util.sizeFromShape(inner)
  const output = zeros(backend, [attrs.numSegments, ...inner], x.dtype === 'int32' ? 'int32' : 'float32')
  const [from, to] = [backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(output)]
  const rows = rowsBySegment(backend.typedArrayFromHeap(segmentIds), attrs.numSegments)
  // Double precision: a token may occur a million times.
  const sums = new Float64Array(rowSize)
  rows.first.forEach((first, segment) => {
    if (first === none) return
    sums.fill(0)
    for (let row = first; row !== none; row = rows.next[row] ?? none)
      for (let i = 0; i < rowSize; i++) sums[i] = (sums[i] ?? 0) + (from[row * rowSize + i] ?? 0)
    to.set(sums, segment * rowSize)
  })
  return output
}

const none = -1

/** The first row of each segment, and for each row the next one of its segment. */
function rowsBySegment(ids: ArrayLike<number>, segments: number): { first: Int32Array; next: Int32Array } {
  const first = new Int32Array(segments).fill(none)
  const next = new Int32Array(ids.length)
  for (let row = ids.length - 1; row >= 0; row--) {
    const id = ids[row] ?? none
    if (id < 0 || id >= segments) continue
    next[row] = first[id] ?? none
    first[id] = row
  }
  return { first, next }
}
