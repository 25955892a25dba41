import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import {
  anyNumber,
  type EtaMinOptions,
  etaMinEntries,
  etaOf,
  numberFrom,
  type ScheduleOptions,
  scheduleEntries,
} from '../schedule-options.js'

/** Options of {@link CosineRestartLR} and {@link CosineRestartMomentum}. */
export interface CosineRestartOptions extends ScheduleOptions, EtaMinOptions {
  /** Length of each period in steps. */
  readonly periods: readonly number[]
  /** Factor of the initial value at the start of each period. Default `[1]`. */
  readonly restartWeights?: readonly number[]
}

export const cosineRestartSchema = v.pipe(
  v.strictObject({
    ...scheduleEntries,
    ...etaMinEntries,
    periods: v.pipe(
      v.array(numberFrom(1, 10), 'must be a list of lengths, such as [10, 20]'),
      v.minLength(1, 'must be a list of lengths, such as [10, 20]'),
    ),
    restartWeights: v.optional(v.array(anyNumber, 'must be a list of factors, such as [1, 0.5]')),
  }),
  v.check(
    ({ etaMin, etaMinRatio }) => (etaMin === undefined) !== (etaMinRatio === undefined),
    'exactly one of etaMin and etaMinRatio must be given',
  ),
  v.check(
    ({ periods, restartWeights = [1] }) => periods.length === restartWeights.length,
    'periods and restartWeights must have the same length',
  ),
)

/** Goes down along a cosine in each period and starts anew in the next; after the last one it stays. */
const makeRule: RuleMaker<CosineRestartOptions> = (options) => {
  const { periods, restartWeights = [1] } = options
  return {
    attributes: {
      periods: [...periods],
      restartWeights: [...restartWeights],
      etaMin: options.etaMin ?? null,
      etaMinRatio: options.etaMinRatio ?? null,
    },
    next({ step, value, base }) {
      let start = 0
      for (const [index, period] of periods.entries()) {
        if (step < start + period)
          return within(step - start, period, value, base, restartWeights[index] ?? 1, etaOf(options, base))
        start += period
      }
      return value
    },
  }
}

function within(
  step: number,
  period: number,
  value: number,
  base: number,
  weight: number,
  eta: number,
): number {
  if (step === 0) return base * weight
  const ratio = (1 + Math.cos((Math.PI * step) / period)) / (1 + Math.cos((Math.PI * (step - 1)) / period))
  return ratio * (value - eta) + eta
}

const kind: ScheduleKind<CosineRestartOptions> = {
  schema: cosineRestartSchema,
  makeRule,
  inEpochs: ['periods'],
}

/** Lets a learning rate follow a half cosine down in each of several periods, each from the top. */
export class CosineRestartLR extends RuleScheduler<CosineRestartOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: CosineRestartOptions) {
    super(target, context, 'lr', options, kind)
  }
}

/** Lets a momentum follow a half cosine down in each of several periods, each from the top. */
export class CosineRestartMomentum extends RuleScheduler<CosineRestartOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: CosineRestartOptions) {
    super(target, context, 'momentum', options, kind)
  }
}
