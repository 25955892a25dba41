import { type HasParamGroups, HookloopError, type SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { type ScheduleOptions, scheduleEntries, share } from '../schedule-options.js'

/** Options of {@link ConstantLR} and {@link ConstantMomentum}. */
export interface ConstantOptions extends ScheduleOptions {
  /** From 0 to 1. Default 1/3. */
  readonly factor?: number
}

export const constantSchema = v.strictObject({ ...scheduleEntries, factor: v.optional(share(0.3)) })

/** Takes the value times `factor` until the last step of the window, which undoes it. */
const makeRule: RuleMaker<ConstantOptions> = ({ factor = 1 / 3 }, { begin, end }) => ({
  attributes: { factor, totalIters: end - begin - 1 },
  next({ step, value, lastStepOfWindow }) {
    if (step === 0) return value * factor
    if (step !== lastStepOfWindow) return value
    if (factor > 0) return value * (1 / factor)
    throw new HookloopError(
      'HL_SCHEDULER_FACTOR',
      'a constant factor of 0 cannot be undone at the end of its window; give a factor above 0, or an end beyond the run',
    )
  },
})

const kind: ScheduleKind<ConstantOptions> = { schema: constantSchema, makeRule }

/** Takes a learning rate times a factor until the window ends. */
export class ConstantLR extends RuleScheduler<ConstantOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: ConstantOptions = {}) {
    super(target, context, 'lr', options, kind)
  }
}

/** Takes a momentum times a factor until the window ends. */
export class ConstantMomentum extends RuleScheduler<ConstantOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: ConstantOptions = {}) {
    super(target, context, 'momentum', options, kind)
  }
}
