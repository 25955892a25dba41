import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import { annealCosine, annealLinear } from '../anneal.js'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import { numberFrom, type ScheduleOptions, scheduleEntries, wholeFrom } from '../schedule-options.js'

/** Options of {@link OneCycleMomentum}. */
export interface OneCycleMomentumOptions extends ScheduleOptions {
  /** The lowest momentum, while the learning rate is at its peak. Default 0.85. */
  readonly baseMomentum?: number
  /** The momentum at the start and in the end. Default 0.95. */
  readonly maxMomentum?: number
  /** Default: the length of the window. */
  readonly totalSteps?: number
  /** Share of the steps that go down. Default 0.3. */
  readonly pctStart?: number
  /** Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear'
  /** Goes up as fast as it went down and stays there. Default false. */
  readonly threePhase?: boolean
}

const pctMessage = 'must be a number between 0 and 1, such as 0.3'

export const oneCycleMomentumSchema = v.strictObject({
  ...scheduleEntries,
  baseMomentum: v.optional(numberFrom(0, 0.85)),
  maxMomentum: v.optional(numberFrom(0, 0.95)),
  totalSteps: v.optional(wholeFrom(2, 1000)),
  pctStart: v.optional(v.pipe(v.number(pctMessage), v.gtValue(0, pctMessage), v.ltValue(1, pctMessage))),
  annealStrategy: v.optional(v.picklist(['cos', 'linear'], "must be 'cos' or 'linear'")),
  threePhase: v.optional(v.boolean('must be true or false')),
})

/** Down while OneCycleLR goes up, and up again: MMCV's momentum policy `OneCycle`, which MMEngine left out. */
const makeRule: RuleMaker<OneCycleMomentumOptions> = (options, { begin, end }) => {
  const { baseMomentum: low = 0.85, maxMomentum: high = 0.95, pctStart = 0.3, threePhase = false } = options
  const { annealStrategy = 'cos', totalSteps = end - begin } = options
  const anneal = annealStrategy === 'cos' ? annealCosine : annealLinear
  const turn = pctStart * totalSteps - 1
  const back = threePhase ? 2 * turn : totalSteps - 1
  return {
    attributes: { baseMomentum: low, maxMomentum: high, totalSteps, pctStart, annealStrategy, threePhase },
    next({ step }) {
      // A way of no steps is gone at once.
      if (step <= turn) return turn === 0 ? low : anneal(high, low, step / turn)
      return step <= back ? anneal(low, high, (step - turn) / (back - turn)) : high
    },
  }
}

const kind: ScheduleKind<OneCycleMomentumOptions> = {
  schema: oneCycleMomentumSchema,
  makeRule,
  inEpochs: ['totalSteps'],
}

/** Lets a momentum follow the one-cycle policy. */
export class OneCycleMomentum extends RuleScheduler<OneCycleMomentumOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: OneCycleMomentumOptions = {}) {
    super(target, context, 'momentum', options, kind)
  }
}
