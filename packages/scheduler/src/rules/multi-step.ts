import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { anyNumber, numberFrom, type ScheduleOptions, scheduleEntries } from '../schedule-options.js'

/** Options of {@link MultiStepLR} and {@link MultiStepMomentum}. */
export interface MultiStepOptions extends ScheduleOptions {
  /** Steps at which the value changes; one that is listed twice counts twice. */
  readonly milestones: readonly number[]
  /** Default 0.1. */
  readonly gamma?: number
  /** The value never falls below it: MMCV's `min_lr`, which MMEngine left out. Default none. */
  readonly etaMin?: number
}

export const multiStepSchema = v.strictObject({
  ...scheduleEntries,
  milestones: v.array(numberFrom(0, 8), 'must be a list of steps, such as [8, 11]'),
  gamma: v.optional(numberFrom(0, 0.1)),
  etaMin: v.optional(anyNumber),
})

/** Takes the value times `gamma` at every milestone. */
const makeRule: RuleMaker<MultiStepOptions> = ({ milestones, gamma = 0.1, etaMin }) => ({
  attributes: { milestones: [...milestones], gamma, ...(etaMin === undefined ? {} : { etaMin }) },
  next({ step, value }) {
    const count = milestones.filter((milestone) => milestone === step).length
    return count === 0 ? value : Math.max(value * gamma ** count, etaMin ?? Number.NEGATIVE_INFINITY)
  },
})

const kind: ScheduleKind<MultiStepOptions> = { schema: multiStepSchema, makeRule, inEpochs: ['milestones'] }

/** Takes a learning rate times `gamma` at each milestone. */
export class MultiStepLR extends RuleScheduler<MultiStepOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: MultiStepOptions) {
    super(target, context, 'lr', options, kind)
  }
}

/** Takes a momentum times `gamma` at each milestone. */
export class MultiStepMomentum extends RuleScheduler<MultiStepOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: MultiStepOptions) {
    super(target, context, 'momentum', options, kind)
  }
}
