import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { anyNumber, numberFrom, type ScheduleOptions, scheduleEntries } from '../schedule-options.js'

/** Options of {@link InvLR}. */
export interface InvOptions extends ScheduleOptions {
  /** How fast it falls. */
  readonly gamma: number
  /** Default 1. */
  readonly power?: number
}

export const invSchema = v.strictObject({
  ...scheduleEntries,
  gamma: numberFrom(0, 0.1),
  power: v.optional(anyNumber),
})

/** Falls as `(1 + gamma * step) ** -power`: MMCV's policy `inv`, which MMEngine left out. */
const makeRule: RuleMaker<InvOptions> = ({ gamma, power = 1 }) => ({
  attributes: { gamma, power },
  next({ step, value }) {
    if (step === 0) return value
    return value * ((1 + gamma * step) / (1 + gamma * (step - 1))) ** -power
  },
})

const kind: ScheduleKind<InvOptions> = { schema: invSchema, makeRule }

/** Lets a learning rate fall with the inverse of the steps, as MMCV’s `inv` policy. */
export class InvLR extends RuleScheduler<InvOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: InvOptions) {
    super(target, context, 'lr', options, kind)
  }
}
