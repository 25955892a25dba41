import type { DataLoader } from '../data/data-loader.js'
import type { Runner } from '../runner/runner.js'
import type { LoopPosition } from '../state/checkpoint.js'

/** What a training loop is built from. */
export interface TrainLoopContext {
  readonly runner: Runner
  readonly dataLoader: DataLoader
}

/** Drives training. `epoch` and `iter` count what is finished; inside an epoch's points, `epoch` is its index. */
export interface TrainLoop {
  readonly dataLoader: DataLoader
  readonly epoch: number
  readonly iter: number
  readonly maxEpochs: number
  readonly maxIters: number
  /** False where the whole run is one epoch; then a duration in epochs means as many iterations. Default true. */
  readonly hasEpochs?: boolean
  /** Validate every so many epochs or iterations. */
  readonly valInterval: number
  readonly valBegin: number
  /** Looked at between epochs (epoch loop) or iterations: set it to end training early. */
  stopTraining: boolean
  /** Calls `runner.clock.tick` in each iteration, where durations in time shall be known. */
  run(): Promise<void>
  /** Where training stands, for checkpoints. */
  position(): LoopPosition
  /** Takes up a position; called before `run`. */
  restore(position: LoopPosition): void
}

/** Drives a validation or a test. */
export interface EvalLoop {
  readonly dataLoader: DataLoader
  /** @param onJudged called once the metrics are there, before hooks see them */
  run(onJudged?: () => void): Promise<Readonly<Record<string, unknown>>>
  /**
   * Judges at most so many batches, of which nobody hears and nothing stays.
   * @returns how many there were
   */
  rehearse?(batches: number): Promise<number>
}
