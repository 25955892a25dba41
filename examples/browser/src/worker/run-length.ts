import type { LoopPosition } from '@hookloop/core'
import type { Progress } from '../messages.js'

/** How long a whole run is. */
export interface RunLength {
  readonly maxEpochs: number
  readonly itersPerEpoch: number
}

/**
 * Where a run stands. Its length is what is done and what is left: earlier epochs may have been longer or shorter, when
 * the page had another number of digits.
 */
export function progressAt(
  { epoch, iter, batchInEpoch }: LoopPosition,
  { maxEpochs, itersPerEpoch }: RunLength,
): Progress {
  const left =
    epoch < maxEpochs ? (maxEpochs - epoch) * itersPerEpoch - Math.min(batchInEpoch, itersPerEpoch) : 0
  return { epoch, maxEpochs, iter, maxIters: iter + left }
}

/** A position as the Runner resumes it: an epoch that has another length now starts again. */
export function resumed(position: LoopPosition, { itersPerEpoch }: RunLength): LoopPosition {
  const { epoch, iter, batchInEpoch } = position
  return iter === epoch * itersPerEpoch + batchInEpoch ? position : { ...position, batchInEpoch: 0 }
}
