import type { Metrics } from '../evaluation/metric.js'
import type { StateTree } from '../state/state-tree.js'

/** What the Runner and the hooks need of a learning rate or momentum scheduler. */
export interface ParamScheduler {
  /** Steps after each epoch (true) or after each iteration (false). */
  readonly byEpoch: boolean
  /** True for schedulers that want the metrics of a validation, such as ReduceOnPlateau. */
  readonly needsMetrics?: boolean
  /** Goes one epoch or iteration further and writes the new values into the parameter groups. */
  step(metrics?: Metrics): void
  stateDict(): StateTree
  /** Takes up the position of `state`; arguments stay those of the config. */
  loadStateDict(state: StateTree): void
  /** Arguments that differ from those of the loaded state, such as `gamma: 0.1 -> 0.5`. */
  readonly changedArguments?: readonly string[]
}

/** One list, or a list per optimizer name where there are several optimizers. */
export type ParamSchedulers = readonly ParamScheduler[] | Readonly<Record<string, readonly ParamScheduler[]>>

/** What a scheduler may know of the run. */
export interface SchedulerContext {
  /** Iterations per epoch, for `convertToIterBased`. */
  readonly epochLength?: number
  /** The default of `end` for schedulers by epoch. */
  readonly maxEpochs?: number
  /** The default of `end` for schedulers by iteration. */
  readonly maxIters?: number
}
