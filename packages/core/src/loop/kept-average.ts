import type { Variable } from '@tensorflow/tfjs-core'

/** A variable that follows another one from step to step. */
export interface KeptAverage {
  readonly average: Variable
  readonly live: Variable
  /** Whether it moves towards the other by a share of their difference; else it becomes equal. */
  readonly isMoved: boolean
}

/** Who runs steps, and can let averages follow where the values already are. */
export interface AverageKeeper {
  /** From now on these follow, when {@link followAverages} says so. */
  keepAverages(averages: readonly KeptAverage[]): void
  /**
   * Lets all follow once.
   * @param share of the difference; undefined where those that move stay this time
   * @returns false where nothing was done, because the values are elsewhere
   */
  followAverages(share: number | undefined): boolean
}
