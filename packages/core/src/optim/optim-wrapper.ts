import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { Model } from '../model/model.js'
import type { StateTree } from '../state/state-tree.js'

/** What an optimizer wrapper needs of a model, or of the part of it that it trains. */
export type ModelParameters = Pick<Model, 'parameters' | 'buffers' | 'modules'>

/** Gradients by parameter name; replace an entry to change the update. Each tensor has its parameter's shape. */
export type Gradients = Record<string, Tensor>

/** A trainable tensor and the name under which checkpoints know it. */
export interface NamedParameter {
  readonly name: string
  readonly variable: Variable
}

/** Parameters that share settings; schedulers write `lr`, `momentum` or `betas[0]` of it. */
export interface ParamGroup {
  readonly params: readonly NamedParameter[]
  lr: number
  momentum?: number
  betas?: [beta1: number, beta2: number]
  weightDecay?: number
  initialLr?: number
  initialMomentum?: number
  [setting: string]: unknown
}

/** Anything with parameter groups: what schedulers act on. */
export interface HasParamGroups {
  readonly paramGroups: readonly ParamGroup[]
}

/** What the wrapper tells around a real update; set by the Runner when a hook or an observer wants to know. */
export interface OptimStepListener {
  /** Called once gradients are clipped and before the parameters change; may replace entries. */
  beforeStep?: ((gradients: Gradients) => void) | undefined
  /** Called right before the parameters change; wrappers that cannot tell when that is need not call it. */
  beginUpdate?: (() => void) | undefined
  /** Called after the parameters changed. */
  afterStep?: (() => void) | undefined
}

/** What the Runner, the loops and the hooks need of an optimizer wrapper. */
export interface OptimWrapper extends HasParamGroups {
  /** Where a model has several optimizers: their wrappers by name. Schedulers drive each of them on its own. */
  readonly wrappers?: Readonly<Record<string, OptimWrapper>>
  /**
   * Computes the gradients of `loss` and, when enough were accumulated, updates the parameters.
   * Must be called synchronously inside a step.
   * @returns the unscaled loss, a scalar of the scope around it; the caller's where there is none
   * @throws `HL_LOSS_NOT_FINITE` before anything is updated
   */
  updateParams(loss: () => Scalar): Scalar
  /**
   * The loop begins a step. Where the step before failed, this one repeats it: passes that were made already are
   * not made again.
   */
  beginStep?(): void
  /** The step came to its end. */
  endStep?(): void
  /** Tells how far the run is, so that the tail of an accumulation is averaged over what is there. */
  initializeCountStatus(iter: number, maxIters: number): void
  /** Learning rates by name: `lr` of the groups, and `base_lr` (MMEngine's name) when there are several groups. */
  getLr(): Record<string, readonly number[]>
  /** Momenta by name; `betas[0]` for optimizers of the Adam family, 0 without momentum. */
  getMomentum(): Record<string, readonly number[]>
  /** Values of the last step to log, such as `grad_norm`, handed over to the loop; undefined when there are none. */
  takeLogValues?(): Record<string, Tensor | number> | undefined
  /** Set by the Runner. */
  stepListener: OptimStepListener
  stateDict(): StateTree
  /** Copies what it needs; the tensors of `state` live only during the call. */
  loadStateDict(state: StateTree): void
  /** Frees all tensors that the optimizer owns; never the parameters. */
  dispose(): void
}
