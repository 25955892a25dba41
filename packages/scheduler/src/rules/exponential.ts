import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { numberFrom, type ScheduleOptions, scheduleEntries } from '../schedule-options.js'

/** Options of {@link ExponentialLR} and {@link ExponentialMomentum}. */
export interface ExponentialOptions extends ScheduleOptions {
  /** May be above 1. */
  readonly gamma: number
}

export const exponentialSchema = v.strictObject({ ...scheduleEntries, gamma: numberFrom(0, 0.9) })

/** Takes the value times `gamma` at every step but the first. */
const makeRule: RuleMaker<ExponentialOptions> = ({ gamma }) => ({
  attributes: { gamma },
  next: ({ step, value }) => (step > 0 ? value * gamma : value),
})

const kind: ScheduleKind<ExponentialOptions> = { schema: exponentialSchema, makeRule }

/** Takes a learning rate times `gamma` at each step. */
export class ExponentialLR extends RuleScheduler<ExponentialOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: ExponentialOptions) {
    super(target, context, 'lr', options, kind)
  }
}

/** Takes a momentum times `gamma` at each step. */
export class ExponentialMomentum extends RuleScheduler<ExponentialOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: ExponentialOptions) {
    super(target, context, 'momentum', options, kind)
  }
}
