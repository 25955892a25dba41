import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { anyNumber, numberFrom, type ScheduleOptions, scheduleEntries } from '../schedule-options.js'

export interface InvOptions extends ScheduleOptions {
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

export class InvLR extends RuleScheduler<InvOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: InvOptions) {
    super(target, context, 'lr', options, kind)
  }
}
