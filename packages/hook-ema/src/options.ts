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
  /** Averages every so many updates. Default 1. */
  readonly interval?: number
  /** Averages buffers too instead of copying them. Default false. */
  readonly updateBuffers?: boolean
  /** First iteration, counted from 1, that is averaged; before it the average follows the weights. Default 0. */
  readonly beginIter?: number
  /** First epoch, counted from 1, that is averaged. Not together with `beginIter`. Default 0. */
  readonly beginEpoch?: number
  /** Whether a resumed checkpoint must hold exactly the tensors of this model. Default false. */
  readonly strictLoad?: boolean
}

const momentumMessage = 'must be a number in (0, 1), such as 0.0002'
const gammaMessage = 'must be a number above 0, such as 100'
const intervalMessage = 'must be a whole number above 0, such as 1'
const beginMessage = 'must be a whole number from 0, such as 100'
const begin = v.pipe(v.number(beginMessage), v.integer(beginMessage), v.minValue(0, beginMessage))
const flag = v.optional(v.boolean('must be true or false'))

export const emaHookSchema = v.pipe(
  v.strictObject({
    emaType: v.optional(v.picklist(emaTypes, `must be one of ${emaTypes.join(', ')}`)),
    momentum: v.optional(
      v.pipe(v.number(momentumMessage), v.gtValue(0, momentumMessage), v.ltValue(1, momentumMessage)),
    ),
    gamma: v.optional(v.pipe(v.number(gammaMessage), v.gtValue(0, gammaMessage))),
    interval: v.optional(
      v.pipe(v.number(intervalMessage), v.integer(intervalMessage), v.minValue(1, intervalMessage)),
    ),
    updateBuffers: flag,
    beginIter: v.optional(begin),
    beginEpoch: v.optional(begin),
    strictLoad: flag,
  }),
  v.check(
    ({ beginIter = 0, beginEpoch = 0 }) => beginIter === 0 || beginEpoch === 0,
    'beginIter and beginEpoch exclude each other; give one of them',
  ),
)
