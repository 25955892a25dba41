import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { anyNumber, numberFrom, type ScheduleOptions, scheduleEntries } from '../schedule-options.js'

/** Options of {@link StepLR} and {@link StepMomentum}. */
export interface StepOptions extends ScheduleOptions {
  /** Steps from one change to the next. */
  readonly stepSize: number
  /** Default 0.1. */
  readonly gamma?: number
  /** The value never falls below it: MMCV's `min_lr`, which MMEngine left out. Default none. */
  readonly etaMin?: number
}

export const stepSchema = v.strictObject({
  ...scheduleEntries,
  stepSize: numberFrom(1, 10),
  gamma: v.optional(numberFrom(0, 0.1)),
  etaMin: v.optional(anyNumber),
})

/** Takes the value times `gamma` every `stepSize` steps. */
const makeRule: RuleMaker<StepOptions> = ({ stepSize, gamma = 0.1, etaMin }) => ({
  attributes: { stepSize, gamma, ...(etaMin === undefined ? {} : { etaMin }) },
  next: ({ step, value }) =>
    step > 0 && step % stepSize === 0 ? Math.max(value * gamma, etaMin ?? Number.NEGATIVE_INFINITY) : value,
})

const kind: ScheduleKind<StepOptions> = { schema: stepSchema, makeRule, inEpochs: ['stepSize'] }

/** Takes a learning rate times `gamma` every `stepSize` steps. */
export class StepLR extends RuleScheduler<StepOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: StepOptions) {
    super(target, context, 'lr', options, kind)
  }
}

/** Takes a momentum times `gamma` every `stepSize` steps. */
export class StepMomentum extends RuleScheduler<StepOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: StepOptions) {
    super(target, context, 'momentum', options, kind)
  }
}
