import type { DataBatch } from '../data/dataset.js'
import type { Metrics } from '../evaluation/metric.js'
import type { Predictions, StepOutputs } from '../model/model.js'
import type { Gradients } from '../optim/optim-wrapper.js'
import type { Runner } from '../runner/runner.js'
import type { Checkpoint } from '../state/checkpoint.js'

/** Which loop is running. */
export type Mode = 'train' | 'val' | 'test'

/** Where an exception came from. */
export type ExceptionOrigin = Mode | 'setup'

/**
 * Every hook point with its arguments. Where they fall:
 *
 * ```text
 * beforeRun ── afterLoadCheckpoint (load or resume)
 *   beforeTrain
 *     beforeTrainEpoch                            (iteration loop: once)
 *       beforeTrainIter ─ beforeOptimStep ─ afterOptimStep ─ afterTrainIter     per batch
 *     afterTrainEpoch
 *     beforeVal ─ beforeValEpoch ─ [beforeValIter ─ afterValIter] ─ afterValEpoch ─ afterVal
 *   afterTrain
 *   beforeTest ─ beforeTestEpoch ─ [beforeTestIter ─ afterTestIter] ─ afterTestEpoch ─ afterTest
 * afterRun
 * beforeSaveCheckpoint: whenever one is saved.  onException: when a run ends by an error, before afterRun.
 * ```
 */
export interface HookPoints {
  beforeRun: [runner: Runner]
  afterRun: [runner: Runner]
  /** The checkpoint was read; nothing of it is in use yet. Its tensors live until loading has ended. */
  afterLoadCheckpoint: [runner: Runner, checkpoint: Checkpoint]
  /** The checkpoint is complete and may be changed; its tensors belong to their owners. */
  beforeSaveCheckpoint: [runner: Runner, checkpoint: Checkpoint]
  beforeTrain: [runner: Runner]
  afterTrain: [runner: Runner]
  beforeTrainEpoch: [runner: Runner]
  afterTrainEpoch: [runner: Runner]
  beforeTrainIter: [runner: Runner, batchIdx: number, dataBatch: DataBatch]
  /** `outputs` and their tensors live until the last hook of this point has returned. */
  afterTrainIter: [runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: StepOutputs]
  beforeVal: [runner: Runner]
  afterVal: [runner: Runner]
  beforeValEpoch: [runner: Runner]
  afterValEpoch: [runner: Runner, metrics: Metrics]
  beforeValIter: [runner: Runner, batchIdx: number, dataBatch: DataBatch]
  afterValIter: [runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: Predictions]
  beforeTest: [runner: Runner]
  afterTest: [runner: Runner]
  beforeTestEpoch: [runner: Runner]
  afterTestEpoch: [runner: Runner, metrics: Metrics]
  beforeTestIter: [runner: Runner, batchIdx: number, dataBatch: DataBatch]
  afterTestIter: [runner: Runner, batchIdx: number, dataBatch: DataBatch, outputs: Predictions]
  /** Beyond the guide: gradients by parameter name, at real updates only; must be synchronous. */
  beforeOptimStep: [runner: Runner, gradients: Gradients]
  /** Beyond the guide: the parameters were just updated; must be synchronous. */
  afterOptimStep: [runner: Runner]
  /** Beyond the guide: the run ends by `error`; last chance to save or flush. */
  onException: [runner: Runner, error: unknown, origin: ExceptionOrigin]
}

/** The name of a hook point. */
export type HookPoint = keyof HookPoints

/** All points in the order in which a run meets them; the table of hooks is printed in this order. */
export const hookPoints = [
  'beforeRun',
  'afterLoadCheckpoint',
  'beforeTrain',
  'beforeTrainEpoch',
  'beforeTrainIter',
  'beforeOptimStep',
  'afterOptimStep',
  'afterTrainIter',
  'afterTrainEpoch',
  'beforeVal',
  'beforeValEpoch',
  'beforeValIter',
  'afterValIter',
  'afterValEpoch',
  'afterVal',
  'beforeSaveCheckpoint',
  'afterTrain',
  'beforeTest',
  'beforeTestEpoch',
  'beforeTestIter',
  'afterTestIter',
  'afterTestEpoch',
  'afterTest',
  'onException',
  'afterRun',
] as const satisfies readonly HookPoint[]
