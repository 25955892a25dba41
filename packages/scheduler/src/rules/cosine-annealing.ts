import type { HasParamGroups, SchedulerContext } from '@hookloop/core'
import * as v from 'valibot'
import type { RuleMaker } from '../rule.js'
import { RuleScheduler, type ScheduleKind } from '../rule-scheduler.js'
import {
  type EtaMinOptions,
  etaMinEntries,
  etaOf,
  numberFrom,
  type ScheduleOptions,
  scheduleEntries,
} from '../schedule-options.js'

/** Options of {@link CosineAnnealingLR} and {@link CosineAnnealingMomentum}. */
export interface CosineAnnealingOptions extends ScheduleOptions, EtaMinOptions {
  /** Half the period. Default: the length of the window. */
  readonly tMax?: number
}

export const cosineAnnealingSchema = v.pipe(
  v.strictObject({ ...scheduleEntries, ...etaMinEntries, tMax: v.optional(numberFrom(1, 100)) }),
  v.check(
    ({ etaMin, etaMinRatio }) => etaMin === undefined || etaMinRatio === undefined,
    'etaMin and etaMinRatio exclude each other; give one of them',
  ),
)

/** Goes down along a cosine to the lowest value in `tMax` steps, and up again after them. */
const makeRule: RuleMaker<CosineAnnealingOptions> = (options, { begin, end }) => {
  const tMax = options.tMax ?? end - begin
  return {
    attributes: {
      tMax,
      etaMin: options.etaMinRatio === undefined ? (options.etaMin ?? 0) : null,
      etaMinRatio: options.etaMinRatio ?? null,
    },
    next({ step, value, base }) {
      const eta = etaOf(options, base)
      if (step === 0) return value
      // The ratio of neighbouring cosines would divide by zero at the turn.
      if ((step - 1 - tMax) % (2 * tMax) === 0)
        return value + ((base - eta) * (1 - Math.cos(Math.PI / tMax))) / 2
      const ratio = (1 + Math.cos((Math.PI * step) / tMax)) / (1 + Math.cos((Math.PI * (step - 1)) / tMax))
      return ratio * (value - eta) + eta
    },
  }
}

const kind: ScheduleKind<CosineAnnealingOptions> = {
  schema: cosineAnnealingSchema,
  makeRule,
  inEpochs: ['tMax'],
}

/** Lets a learning rate follow half a cosine down to its lowest value, and up again where it goes on. */
export class CosineAnnealingLR extends RuleScheduler<CosineAnnealingOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: CosineAnnealingOptions = {}) {
    super(target, context, 'lr', options, kind)
  }
}

/** Lets a momentum follow half a cosine down to its lowest value, and up again where it goes on. */
export class CosineAnnealingMomentum extends RuleScheduler<CosineAnnealingOptions> {
  constructor(target: HasParamGroups, context: SchedulerContext, options: CosineAnnealingOptions = {}) {
    super(target, context, 'momentum', options, kind)
  }
}
