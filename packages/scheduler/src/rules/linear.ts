import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { type ScheduleOptions, scheduleEntries, share } from '../schedule-options.js'

/** Options of {@link LinearLR} and {@link LinearMomentum}. */
export interface LinearOptions extends ScheduleOptions {
  /** Above 0, at most 1. Default 1/3. */
  readonly startFactor?: number
  /** From 0 to 1. Default 1. */
  readonly endFactor?: number
}

const startMessage = 'must be a number above 0 and at most 1, such as 0.1'
const positiveShare = v.pipe(v.number(startMessage), v.gtValue(0, startMessage), v.maxValue(1, startMessage))

export const linearSchema = v.strictObject({
  ...scheduleEntries,
  startFactor: v.optional(positiveShare),
  endFactor: v.optional(share(0.1)),
})

/** Goes in a straight line from `startFactor` to `endFactor` times the value, reached at the window's last step. */
const makeRule: RuleMaker<LinearOptions> = ({ startFactor = 1 / 3, endFactor = 1 }, { begin, end }) => ({
  attributes: { startFactor, endFactor, totalIters: end - begin - 1 },
  next({ step, value, lastStepOfWindow }) {
    if (step === 0) return value * startFactor
    const rise = endFactor - startFactor
    return value * (1 + rise / (lastStepOfWindow * startFactor + (step - 1) * rise))
  },
})

const kind: ScheduleKind<LinearOptions> = { schema: linearSchema, makeRule }

/** Lets a learning rate go in a straight line from one factor to another: a warm-up. */
export class LinearLR extends RuleScheduler<LinearOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: LinearOptions = {}) {
    super(target, context, 'lr', options, kind)
  }
}

/** Lets a momentum go in a straight line from one factor to another: a warm-up. */
export class LinearMomentum extends RuleScheduler<LinearOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: LinearOptions = {}) {
    super(target, context, 'momentum', options, kind)
  }
}
