import type { OptimWrapper } from '@hookloop/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { ScalarSource, UpdatePlan } from '../optimizers/planned-optimizer.js'

/** What a pass will do, told without touching a tensor. */
export interface PassPlan extends UpdatePlan {
  /** A loss that is no finite number must change nothing. */
  readonly needsFiniteLoss: boolean
  /** Why the count of the pass cannot be taken back, in words that go on after "because". */
  readonly finality?: string | undefined
}

/** Why a pass cannot be told beforehand, in words that go on after "because". */
export interface Obstacle {
  readonly obstacle: string
  /** It is for this time only. */
  readonly isPassing?: true
}

/** What a pass has computed. */
export interface PassTensors {
  readonly loss: Scalar
  /** Such as `grad_norm`. */
  readonly logValues: Readonly<Record<string, Tensor>>
  /** The parameters that have a gradient. */
  readonly names: readonly string[]
}

/**
 * An optimizer wrapper whose `updateParams` comes apart: numbers first, then tensors, then counting. Whoever has recorded
 * the tensors' part repeats it elsewhere and calls only `planPass` and `commitPass`.
 */
export interface PlannedPasses<Plan extends PassPlan = PassPlan> extends OptimWrapper {
  /** The next pass; or why it cannot be told beforehand. Changes nothing. */
  planPass(): Plan | Obstacle
  /** Computes a pass inside a tfjs scope: writes variables, and nothing else. Reads no value. */
  computePass(plan: Plan, loss: () => Scalar, scalarAt: ScalarSource): PassTensors
  /** Counts a pass as made, and takes over what it logs. */
  commitPass(plan: Plan, pass: Omit<PassTensors, 'loss'>): void
  /** Takes the count of the newest pass back, once its step has ended; only for plans without `finality`. */
  revertPass(plan: Plan, pass: Pick<PassTensors, 'names'>): void
}

/** Whether a wrapper can tell what its next pass does, which compiled steps need. */
export function hasPlannedPasses(optimWrapper: OptimWrapper): optimWrapper is PlannedPasses {
  return 'planPass' in optimWrapper
}
