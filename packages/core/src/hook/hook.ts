import type { DataBatch } from '../data/dataset.js'
import type { Metrics } from '../evaluation/metric.js'
import type { EventListeners } from '../events/hook-events.js'
import type { Predictions, StepOutputs } from '../model/model.js'
import type { Gradients } from '../optim/optim-wrapper.js'
import type { Runner } from '../runner/runner.js'
import type { Checkpoint } from '../state/checkpoint.js'
import type { StateTree } from '../state/state-tree.js'
import type { ExceptionOrigin, Mode } from './points.js'
import type { Priority } from './priority.js'

/** What a hook point may return; the loop waits only for real promises. */
export type HookResult = void | Promise<void>

/**
 * Something that fastens onto a run. Implement the points that you need; a point that no hook implements
 * costs nothing. See {@link HookPoints} for where each point falls.
 *
 * ```ts
 * class StopAtTarget extends Hook {
 *   override afterValEpoch(runner: Runner, metrics: Metrics) {
 *     if (Number(metrics['accuracy/top1']) > 0.99) runner.stopTraining()
 *   }
 * }
 * ```
 */
export abstract class Hook {
  /**
   * When this hook runs among the others of a point; a smaller number runs earlier, at every point.
   * A `priority` in the config wins over it. Default `NORMAL` (50).
   */
  readonly priority: Priority = 'NORMAL'

  beforeRun?(runner: Runner): HookResult
  afterRun?(runner: Runner): HookResult
  afterLoadCheckpoint?(runner: Runner, checkpoint: Checkpoint): HookResult
  beforeSaveCheckpoint?(runner: Runner, checkpoint: Checkpoint): HookResult
  beforeTrain?(runner: Runner): HookResult
  afterTrain?(runner: Runner): HookResult
  beforeTrainEpoch?(runner: Runner): HookResult
  afterTrainEpoch?(runner: Runner): HookResult
  beforeTrainIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch): HookResult
  afterTrainIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: StepOutputs): HookResult
  beforeVal?(runner: Runner): HookResult
  afterVal?(runner: Runner): HookResult
  beforeValEpoch?(runner: Runner): HookResult
  afterValEpoch?(runner: Runner, metrics: Metrics): HookResult
  beforeValIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch): HookResult
  afterValIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: Predictions): HookResult
  beforeTest?(runner: Runner): HookResult
  afterTest?(runner: Runner): HookResult
  beforeTestEpoch?(runner: Runner): HookResult
  afterTestEpoch?(runner: Runner, metrics: Metrics): HookResult
  beforeTestIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch): HookResult
  afterTestIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: Predictions): HookResult
  beforeOptimStep?(runner: Runner, gradients: Gradients): void
  afterOptimStep?(runner: Runner): void
  onException?(runner: Runner, error: unknown, origin: ExceptionOrigin): HookResult

  /** Shared by `beforeTrainEpoch`, `beforeValEpoch` and `beforeTestEpoch` where a hook has no own method for one. */
  beforeEpoch?(runner: Runner, mode: Mode): HookResult
  /** Shared by the three `after…Epoch` points; `metrics` is there after validation and test. */
  afterEpoch?(runner: Runner, mode: Mode, metrics?: Metrics): HookResult
  /** Shared by the three `before…Iter` points. */
  beforeIter?(runner: Runner, batchIdx: number, dataBatch: DataBatch, mode: Mode): HookResult
  /** Shared by the three `after…Iter` points. */
  afterIter?(
    runner: Runner,
    batchIdx: number,
    dataBatch: DataBatch,
    outputs: StepOutputs | Predictions,
    mode: Mode,
  ): HookResult

  /**
   * In how many training iterations, the next one included, this hook must find everything computed. Where no hook needs the
   * steps before, several of them run as one call (`trainCfg.stepsPerCall`): the hook is called for each of their
   * iterations as ever, in order, but before they are computed. There it
   * - reads no tensor: outputs, parameters and optimizer state are promises, and reading one ends the call early;
   * - writes no tensor and leaves the batch alone; learning rates and values of the message hub may change;
   * - may be called anew for an iteration: where a loss is not finite, those after it are taken back.
   *
   * A hook with a point of training iterations and without this method needs each of them.
   * @param batchIdx of the next iteration
   * @returns 1: the next one; `Infinity`: none
   */
  nextNeed?(runner: Runner, batchIdx: number): number

  /** Listeners for events that packages add to `HookEvents`. Read once, when the hook is registered. */
  events?(): EventListeners

  /** What this hook must remember over a resume; stored in checkpoints under the hook's name. */
  stateDict?(): StateTree
  /** Takes back what {@link Hook.stateDict} gave; its tensors live only during the call. */
  loadStateDict?(state: StateTree): void

  /** Frees what the hook still owns; called by `runner.dispose()`. */
  dispose?(): void
}
