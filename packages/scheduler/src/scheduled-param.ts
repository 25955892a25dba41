import { HookloopError, type ParamGroup } from '@hookloop/core'

/** What a scheduler drives: learning rates, or momenta (the first beta of optimizers of the Adam family). */
export type ScheduledParam = 'lr' | 'momentum'

/** @throws `HL_SCHEDULER_MOMENTUM` when a momentum is wanted of an optimizer without one */
export function readParam(group: ParamGroup, param: ScheduledParam): number {
  if (param === 'lr') return group.lr
  const momentum = group.betas?.[0] ?? group.momentum
  if (momentum !== undefined) return momentum
  throw new HookloopError(
    'HL_SCHEDULER_MOMENTUM',
    'the optimizer must support momentum when a momentum scheduler is used: it needs the setting momentum or betas. ' +
      'Use such an optimizer, or a scheduler whose name ends in LR',
  )
}

export function writeParam(group: ParamGroup, param: ScheduledParam, value: number): void {
  if (param === 'lr') {
    group.lr = value
    return
  }
  group.momentum = value
  if (group.betas !== undefined) group.betas = [value, group.betas[1]]
}

export function readInitial(group: ParamGroup, param: ScheduledParam): number | undefined {
  return param === 'lr' ? group.initialLr : group.initialMomentum
}

export function writeInitial(group: ParamGroup, param: ScheduledParam, value: number): void {
  if (param === 'lr') group.initialLr = value
  else group.initialMomentum = value
}
