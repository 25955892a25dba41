import type { OptimWrapper, ParamGroup } from '../optim/optim-wrapper.js'
import type { ParamScheduler, ParamSchedulers } from '../optim/param-scheduler.js'
import type { StateTree } from '../state/state-tree.js'

/** Learning rates, momenta and the schedulers that step with iterations, as they are: to go back to. */
export class ScheduleMark {
  readonly #settings: readonly (readonly [ParamGroup, Partial<ParamGroup>])[]
  readonly #states: readonly (readonly [ParamScheduler, StateTree])[]

  constructor({ paramGroups }: OptimWrapper, schedulers: readonly ParamScheduler[]) {
    this.#settings = paramGroups.map((group) => [group, settingsOf(group)])
    this.#states = schedulers.map((scheduler) => [scheduler, scheduler.stateDict()])
  }

  restore(): void {
    for (const [group, settings] of this.#settings) Object.assign(group, settings)
    for (const [scheduler, state] of this.#states) scheduler.loadStateDict(state)
  }
}

/** Those that step with iterations. */
export function schedulersByIter(schedulers: ParamSchedulers): ParamScheduler[] {
  const all: readonly ParamScheduler[] = Object.values(schedulers).flat()
  return all.filter(({ byEpoch }) => !byEpoch)
}

function settingsOf(group: ParamGroup): Partial<ParamGroup> {
  const { betas } = group
  return betas === undefined ? { ...group } : { ...group, betas: [...betas] }
}
