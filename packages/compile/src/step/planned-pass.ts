import type { OptimWrapper } from '@hookloop/core'
import { hasPlannedPasses, type Obstacle, type PassPlan, type PlannedPasses } from '@hookloop/optim'

/** An optimizer and what it is going to do. */
export interface PlannedPass {
  readonly optimWrapper: PlannedPasses
  readonly plan: PassPlan
  /** Where its factors begin among those of all. */
  readonly offset: number
}

/** What all optimizers of a run are going to do in the next step, or why it cannot be told. */
export function planPasses(optimWrapper: OptimWrapper): readonly PlannedPass[] | Obstacle {
  const passes: PlannedPass[] = []
  let offset = 0
  for (const one of optimWrapper.wrappers === undefined
    ? [optimWrapper]
    : Object.values(optimWrapper.wrappers)) {
    if (!hasPlannedPasses(one))
      return { obstacle: `${one.constructor.name} does not tell its passes beforehand` }
    const plan = one.planPass()
    if ('obstacle' in plan) return plan
    passes.push({ optimWrapper: one, plan, offset })
    offset += plan.factors.length
  }
  return passes
}
