import type { Runner } from '../runner/runner.js'

/** True for `start`, `start + interval`, `start + 2 * interval`, …; never where `interval` is not above 0. */
export function isEvery(finished: number, interval: number, start: number): boolean {
  const distance = finished - start
  return interval > 0 && distance >= 0 && distance % interval === 0
}

/** True when the running epoch is one of every `interval`, counted from `start`. */
export function everyNEpochs(runner: Runner, interval: number, start = 0): boolean {
  return isEvery(runner.epoch + 1, interval, start)
}

/** True when the running training iteration is one of every `interval`, counted from `start`. */
export function everyNTrainIters(runner: Runner, interval: number, start = 0): boolean {
  return isEvery(runner.iter + 1, interval, start)
}

/**
 * In how many training iterations, the next one included, {@link everyNTrainIters} is true again: for a hook's `nextNeed`.
 */
export function nextOfEveryN(finished: number, interval: number, start = 0): number {
  if (interval <= 0) return Number.POSITIVE_INFINITY
  if (finished < start) return start - finished
  return interval - ((finished - start) % interval)
}

/** True for every `interval`-th batch of a loop. */
export function everyNInnerIters(batchIdx: number, interval: number): boolean {
  return interval > 0 && (batchIdx + 1) % interval === 0
}

/** True for the last batch of a pass. */
export function isEndOfEpoch(dataLoader: { readonly length: number }, batchIdx: number): boolean {
  return batchIdx + 1 === dataLoader.length
}

/** Inside the last epoch of training. */
export function isLastTrainEpoch(runner: Runner): boolean {
  return runner.epoch + 1 === runner.maxEpochs
}

/** Inside the last iteration of training. */
export function isLastTrainIter(runner: Runner): boolean {
  return runner.iter + 1 === runner.maxIters
}
