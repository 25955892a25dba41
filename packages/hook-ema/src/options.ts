import { type Count, type CountText, durationForms, parseDurationText } from '@hookloop/core'
import * as v from 'valibot'

/** Names of the averages. */
export const emaTypes = [
  'ExponentialMovingAverage',
  'MomentumAnnealingEMA',
  'StochasticWeightAverage',
] as const

/** Options of {@link EMAHook}. */
export interface EMAHookOptions {
  /** Default `ExponentialMovingAverage`. */
  readonly emaType?: (typeof emaTypes)[number]
  /** Share of the newest weights, above 0 and below 1. Default 0.0002. Not used by `StochasticWeightAverage`. */
  readonly momentum?: number
  /** `MomentumAnnealingEMA` only: the momentum falls as gamma / (gamma + steps). Default 100. */
  readonly gamma?: number
  /** Averages every so many updates, also as `'100it'`, `'1ep'` or `'5%'`. Default 1. */
  readonly interval?: Count
  /** Averages buffers too instead of copying them. Default false. */
  readonly updateBuffers?: boolean
  /**
   * The weights after this iteration, counted from 1, are the first to be averaged; before it the average follows them. Also
   * as `'500it'`, `'2ep'` or `'50%'`. Default 0.
   */
  readonly beginIter?: Count
  /** First epoch, counted from 1, that is averaged. Not together with `beginIter`. Default 0. */
  readonly beginEpoch?: number
  /** Whether a resumed checkpoint must hold exactly the tensors of this model. Default false. */
  readonly strictLoad?: boolean
}

const momentumMessage = 'must be a number in (0, 1), such as 0.0002'
const gammaMessage = 'must be a number above 0, such as 100'
const units = ['ep', 'it', '%'] as const
const beginMessage = 'must be a whole number from 0, such as 100'
const begin = v.pipe(v.number(beginMessage), v.integer(beginMessage), v.minValue(0, beginMessage))
/** A whole number from `least`, or a text above 0. */
const countFrom = (least: number, what: string) => {
  const message = `must be ${what}, or a text such as ${durationForms(units)}`
  const isText = (value: unknown) => (parseDurationText(value, units)?.count ?? 0) > 0
  return v.union(
    [
      v.pipe(v.number(message), v.integer(message), v.minValue(least, message)),
      v.custom<CountText>(isText, message),
    ],
    message,
  )
}
const flag = v.optional(v.boolean('must be true or false'))

export const emaHookSchema = v.pipe(
  v.strictObject({
    emaType: v.optional(v.picklist(emaTypes, `must be one of ${emaTypes.join(', ')}`)),
    momentum: v.optional(
      v.pipe(v.number(momentumMessage), v.gtValue(0, momentumMessage), v.ltValue(1, momentumMessage)),
    ),
    gamma: v.optional(v.pipe(v.number(gammaMessage), v.gtValue(0, gammaMessage))),
    interval: v.optional(countFrom(1, 'a whole number above 0, such as 1')),
    updateBuffers: flag,
    beginIter: v.optional(countFrom(0, 'a whole number from 0, such as 100')),
    beginEpoch: v.optional(begin),
    strictLoad: flag,
  }),
  v.check(
    ({ beginIter = 0, beginEpoch = 0 }) => beginIter === 0 || beginEpoch === 0,
    'beginIter and beginEpoch exclude each other; give one of them',
  ),
)
