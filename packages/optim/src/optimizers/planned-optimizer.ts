import type { Gradients, Optimizer } from '@hookloop/core'
import type { Scalar } from '@tensorflow/tfjs-core'

/** What an update will be, told without touching a tensor. */
export interface UpdatePlan {
  /** Equal for updates that run the same operations on the same parameters. */
  readonly branch: string
  /** All numbers that the update takes. */
  readonly factors: readonly number[]
}

/** Gives the scalar tensor of `plan.factors[index]`. */
export type ScalarSource = (index: number) => Scalar

/**
 * An optimizer whose `step` comes apart: numbers first, then tensors, then counting. Whoever has recorded the
 * tensors' part repeats it elsewhere and calls only `plan` and `commit`.
 */
export interface PlannedOptimizer<Plan extends UpdatePlan = UpdatePlan> extends Optimizer {
  /** The next update of all trainable parameters. Changes nothing. */
  plan(): Plan
  /** Writes new values into parameters and state, and nothing else. */
  apply(plan: Plan, gradients: Readonly<Gradients>, scalarAt: ScalarSource): void
  /** Counts the update of the parameters `names`. */
  commit(plan: Plan, names: readonly string[]): void
  /** Takes the count of the newest update back. Optimizers without it are not made in calls of several steps. */
  revert?(plan: Plan, names: readonly string[]): void
}

export function isPlanned(optimizer: Optimizer): optimizer is PlannedOptimizer {
  return 'plan' in optimizer && 'apply' in optimizer && 'commit' in optimizer
}
