import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { anyNumber, type ScheduleOptions, scheduleEntries } from '../schedule-options.js'

/** Options of {@link PolyLR} and {@link PolyMomentum}. */
export interface PolyOptions extends ScheduleOptions {
  /** Default 1. */
  readonly power?: number
  /** Default 0. */
  readonly etaMin?: number
}

export const polySchema = v.strictObject({
  ...scheduleEntries,
  power: v.optional(anyNumber),
  etaMin: v.optional(anyNumber),
})

/** Goes down to `etaMin` along a power, reached at the last step of the window. */
const makeRule: RuleMaker<PolyOptions> = ({ power = 1, etaMin = 0 }, { begin, end }) => ({
  attributes: { power, etaMin, totalIters: end - begin - 1 },
  next({ step, value, lastStepOfWindow }) {
    if (step === 0) return value
    return (value - etaMin) * (1 - 1 / (lastStepOfWindow - step + 1)) ** power + etaMin
  },
})

const kind: ScheduleKind<PolyOptions> = { schema: polySchema, makeRule }

/** Lets a learning rate fall as a power of what is left of the window. */
export class PolyLR extends RuleScheduler<PolyOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: PolyOptions = {}) {
    super(target, context, 'lr', options, kind)
  }
}

/** Lets a momentum fall as a power of what is left of the window. */
export class PolyMomentum extends RuleScheduler<PolyOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: PolyOptions = {}) {
    super(target, context, 'momentum', options, kind)
  }
}
