import { type HasParamGroups, HookloopError, type ParamGroup, type SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import { annealCosine, annealLinear } from '../anneal.js'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import {
  anyNumber,
  numberFrom,
  type ScheduleOptions,
  scheduleEntries,
  wholeFrom,
} from '../schedule-options.js'

/** Options of {@link OneCycleLR}. */
export interface OneCycleOptions extends ScheduleOptions {
  /** The peak, one for all groups or one per group. */
  readonly etaMax: number | readonly number[]
  /** Default: the length of the window. */
  readonly totalSteps?: number
  /** Share of the steps that go up. Default 0.3. */
  readonly pctStart?: number
  /** Default `cos`. */
  readonly annealStrategy?: 'cos' | 'linear'
  /** The peak over the initial value. Default 25. */
  readonly divFactor?: number
  /** The initial value over the lowest one at the end. Default 10,000. */
  readonly finalDivFactor?: number
  /** Goes back to the initial value before it goes to the lowest one. Default false. */
  readonly threePhase?: boolean
}

const pctMessage = 'must be a number between 0 and 1, such as 0.3'

export const oneCycleSchema = v.strictObject({
  ...scheduleEntries,
  etaMax: v.union(
    [numberFrom(0, 0.1), v.array(numberFrom(0, 0.1))],
    'must be a number from 0, or a list with one per group, such as 0.1',
  ),
  totalSteps: v.optional(wholeFrom(1, 1000)),
  pctStart: v.optional(v.pipe(v.number(pctMessage), v.gtValue(0, pctMessage), v.ltValue(1, pctMessage))),
  annealStrategy: v.optional(v.picklist(['cos', 'linear'], "must be 'cos' or 'linear'")),
  divFactor: v.optional(anyNumber),
  finalDivFactor: v.optional(anyNumber),
  threePhase: v.optional(v.boolean('must be true or false')),
})

type Phase = {
  readonly end: number
  readonly from: 'initial' | 'max'
  readonly to: 'initial' | 'max' | 'min'
}

/** Up to a peak and down below the start, as a closed formula of the step. */
const makeRule: RuleMaker<OneCycleOptions> = (options, { begin, end }) => {
  const {
    pctStart = 0.3,
    annealStrategy = 'cos',
    divFactor = 25,
    finalDivFactor = 1e4,
    threePhase = false,
  } = options
  const totalSteps = options.totalSteps ?? end - begin
  const phases = phasesOf(totalSteps, pctStart, threePhase)
  const anneal = annealStrategy === 'cos' ? annealCosine : annealLinear
  return {
    attributes: {
      etaMax: typeof options.etaMax === 'number' ? options.etaMax : [...options.etaMax],
      totalSteps,
      pctStart,
      annealStrategy,
      divFactor,
      finalDivFactor,
      threePhase,
    },
    next({ step, group }) {
      if (step > totalSteps) throw beyondEnd(step, totalSteps)
      const max = peakOf(options.etaMax, group)
      const values = { max, initial: max / divFactor, min: max / divFactor / finalDivFactor }
      let start = 0
      for (const [index, phase] of phases.entries()) {
        if (step <= phase.end || index === phases.length - 1) {
          // A way of no steps is gone at once.
          const share = phase.end === start ? 1 : (step - start) / (phase.end - start)
          return anneal(values[phase.from], values[phase.to], share)
        }
        start = phase.end
      }
      return values.min
    },
  }
}

function phasesOf(total: number, pctStart: number, threePhase: boolean): readonly Phase[] {
  const peak = pctStart * total - 1
  const last: Phase = { end: total - 1, from: threePhase ? 'initial' : 'max', to: 'min' }
  const up: Phase = { end: peak, from: 'initial', to: 'max' }
  return threePhase ? [up, { end: 2 * pctStart * total - 2, from: 'max', to: 'initial' }, last] : [up, last]
}

function peakOf(etaMax: number | readonly number[], group: number): number {
  return typeof etaMax === 'number' ? etaMax : (etaMax[group] ?? Number.NaN)
}

function checkPeaks(etaMax: number | readonly number[], groups: readonly ParamGroup[]): void {
  if (typeof etaMax === 'number' || etaMax.length === groups.length) return
  throw new HookloopError(
    'HL_SCHEDULER_GROUPS',
    `OneCycleLR: etaMax has ${etaMax.length} values for ${groups.length} parameter groups; give one value per group` +
      ' (an optimizer wrapper with several groups has one more, which holds the base values)',
  )
}

function beyondEnd(step: number, totalSteps: number): HookloopError {
  return new HookloopError(
    'HL_SCHEDULER_STEPS',
    `OneCycleLR: step ${step} lies beyond totalSteps ${totalSteps}; give totalSteps the length of the run`,
  )
}

function setInitial(groups: readonly ParamGroup[], { etaMax, divFactor = 25 }: OneCycleOptions): void {
  checkPeaks(etaMax, groups)
  groups.forEach((group, index) => {
    group.initialLr = peakOf(etaMax, index) / divFactor
  })
}

const kind: ScheduleKind<OneCycleOptions> = {
  schema: oneCycleSchema,
  makeRule,
  inEpochs: ['totalSteps'],
  setInitial,
}

/** Lets a learning rate follow the one-cycle policy. */
export class OneCycleLR extends RuleScheduler<OneCycleOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: OneCycleOptions) {
    super(target, context, 'lr', options, kind)
  }
}
