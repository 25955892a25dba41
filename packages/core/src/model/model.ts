import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { DataBatch, MaybePromise } from '../data/dataset.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { StateDict } from '../state/state-tree.js'

/** Log values of a training step: scalars that stay on the device until somebody reads them. */
export type StepOutputs = Record<string, Scalar | Tensor | number>

/** Predictions of a batch: a tensor, a record or list of tensors, or a list with an entry per example. */
export type Predictions = unknown

/** What paramwise settings need to know about a layer that owns parameters. */
export interface ModuleInfo {
  /** Dotted place in the model, such as `backbone.conv1`; empty for the model itself. */
  readonly path: string
  /** Such as `Conv2D`, `BatchNormalization`, `Dense`. */
  readonly type: string
  readonly role?: 'norm' | 'depthwiseConv' | 'deformableConv' | undefined
  /** Names of its own parameters relative to `path`. */
  readonly parameters: readonly string[]
}

/** What came of loading a state dict. */
export interface LoadReport {
  /** In the model, not in the file. */
  readonly missing: readonly string[]
  /** In the file, not in the model. */
  readonly unexpected: readonly string[]
}

/** Anything that a Runner can train. {@link BaseModel} does most of it from one `forward`. */
export interface Model {
  /** Set to true by models whose steps return promises: such steps run outside of a tfjs scope. */
  readonly asyncSteps?: boolean
  /**
   * Computes the loss of a batch and lets `optimWrapper` update the parameters. Runs inside a tfjs scope
   * unless `asyncSteps`.
   * A model with several optimizers declares `optimWrapper: OptimWrapperDict<'one' | 'other'>` of `@hookloop/optim`.
   * @returns the values to log; the loop owns and disposes them
   */
  trainStep(batch: DataBatch, optimWrapper: OptimWrapper): MaybePromise<StepOutputs>
  /** @returns predictions; the loop owns and disposes them */
  valStep?(batch: DataBatch): MaybePromise<Predictions>
  /** @returns predictions; the loop owns and disposes them */
  testStep?(batch: DataBatch): MaybePromise<Predictions>
  /** All parameters by name, frozen ones (`trainable` false) included. The variables stay the model's. */
  parameters(): Readonly<Record<string, Variable>>
  /** Tensors that belong to the state but are not trained, such as batch norm's moving averages. */
  buffers?(): Readonly<Record<string, Variable>>
  /** Layers with their parameters, in order; needed for paramwise settings. */
  modules?(): readonly ModuleInfo[]
  /** Parameters and buffers by name; references, not copies. */
  stateDict(): StateDict
  /** Copies values in. @throws `HL_STATE_MISMATCH` for a shape that differs, and when `strict` for any missing or unexpected name */
  loadStateDict(state: StateDict, options?: { strict?: boolean }): LoadReport
  /** Switches to training (`true`) or judging (`false`): dropout, batch norm. */
  setTraining?(training: boolean): void
  /** Sets initial weights; called once after `beforeRun` and before anything is loaded. */
  initWeights?(): MaybePromise<void>
  dispose?(): void
}
