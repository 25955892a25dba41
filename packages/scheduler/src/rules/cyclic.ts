import { type HasParamGroups, HookloopError, type SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import { annealCosine, annealLinear } from '../anneal.js'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler } from '../rule-scheduler.js'
import { anyNumber, type ScheduleOptions, scheduleEntries, wholeFrom } from '../schedule-options.js'
import { unlimited } from '../window.js'

/** Options of {@link CyclicLR} and {@link CyclicMomentum}. */
export interface CyclicOptions extends ScheduleOptions {
  /** Highest and lowest value as factors of the initial one. Default `[10, 1e-4]` (LR), `[0.85 / 0.95, 1]` (momentum). */
  readonly targetRatio?: readonly [highest: number, lowest: number]
  /** Cycles in the window. Default 1. */
  readonly cyclicTimes?: number
  /** Share of a cycle that goes up. Default 0.4. */
  readonly stepRatioUp?: number
  /** Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear'
  /** How much of its height a cycle keeps of the one before it. Default 1. */
  readonly gamma?: number
}

const shareMessage = 'must be a number from 0 to below 1, such as 0.4'
const gammaMessage = 'must be a number above 0 and at most 1, such as 0.9'

export const cyclicSchema = v.strictObject({
  ...scheduleEntries,
  targetRatio: v.optional(v.tuple([anyNumber, anyNumber], 'must be a pair of factors, such as [10, 1e-4]')),
  cyclicTimes: v.optional(wholeFrom(1, 2)),
  stepRatioUp: v.optional(
    v.pipe(v.number(shareMessage), v.minValue(0, shareMessage), v.ltValue(1, shareMessage)),
  ),
  annealStrategy: v.optional(v.picklist(['cos', 'linear'], "must be 'cos' or 'linear'")),
  gamma: v.optional(v.pipe(v.number(gammaMessage), v.gtValue(0, gammaMessage), v.maxValue(1, gammaMessage))),
})

/** Up and down again in each cycle: MMCV's policy `cyclic`, which MMEngine left out. */
function ruleWith(defaultRatio: readonly [number, number]): RuleMaker<CyclicOptions> {
  return (options, { begin, end }) => {
    const { cyclicTimes = 1, stepRatioUp = 0.4, annealStrategy = 'cos', gamma = 1 } = options
    const targetRatio = options.targetRatio ?? defaultRatio
    if (end === unlimited) throw withoutEnd()
    const period = Math.floor((end - begin) / cyclicTimes)
    if (period === 0) throw tooShort(end - begin, cyclicTimes)
    const up = Math.trunc(stepRatioUp * period)
    const anneal = annealStrategy === 'cos' ? annealCosine : annealLinear
    const factorAt = (step: number) => {
      const place = step % period
      const height = gamma ** Math.floor(step / period)
      const peak = 1 - height + targetRatio[0] * height
      return place < up
        ? anneal(1, peak, place / up)
        : anneal(peak, targetRatio[1], (place - up) / (period - up))
    }
    return {
      attributes: { targetRatio: [...targetRatio], cyclicTimes, stepRatioUp, annealStrategy, gamma, period },
      next({ step, value, base }) {
        const before = step === 0 ? 1 : factorAt(step - 1)
        return before === 0 ? base * factorAt(step) : (value * factorAt(step)) / before
      },
    }
  }
}

function withoutEnd(): HookloopError {
  return new HookloopError(
    'HL_SCHEDULER_CYCLE',
    'Cyclic schedulers divide their window into cycles and need its end; give `end`, or train through a Runner',
  )
}

function tooShort(length: number, cyclicTimes: number): HookloopError {
  return new HookloopError(
    'HL_SCHEDULER_CYCLE',
    `cyclicTimes is ${cyclicTimes}, but the window has ${length} steps; a cycle needs one step at least`,
  )
}

/** Lets a learning rate rise and fall in cycles, as MMCV’s cyclic policies. */
export class CyclicLR extends RuleScheduler<CyclicOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: CyclicOptions = {}) {
    super(target, context, 'lr', options, { schema: cyclicSchema, makeRule: ruleWith([10, 1e-4]) })
  }
}

/** Lets a momentum rise and fall in cycles, as MMCV’s cyclic policies. */
export class CyclicMomentum extends RuleScheduler<CyclicOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: CyclicOptions = {}) {
    super(target, context, 'momentum', options, {
      schema: cyclicSchema,
      makeRule: ruleWith([0.85 / 0.95, 1]),
    })
  }
}
