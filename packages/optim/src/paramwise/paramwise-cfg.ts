import * as v from 'valibot'

/** What holds for parameters whose name has the key in it; it all goes into their group. */
export interface CustomKeyCfg {
  /** Multiplies the learning rate. Default 1. */
  readonly lrMult?: number
  /** Multiplies the weight decay. Default 1. */
  readonly decayMult?: number
  /** False freezes the parameters. */
  readonly requiresGrad?: boolean
  /** Any setting of the optimizer, such as `momentum`. */
  readonly [setting: string]: unknown
}

/** Learning rates and weight decays by kind of parameter, as in MMEngine's DefaultOptimWrapperConstructor. */
export interface ParamwiseCfg {
  /** By parts of names; the longest key that fits wins, and none of the other rules applies then. */
  readonly customKeys?: Readonly<Record<string, CustomKeyCfg>>
  /** Multiplies the learning rate of biases outside of normalization and deformable convolution. */
  readonly biasLrMult?: number
  /** Multiplies the weight decay of biases outside of normalization and deformable convolution. */
  readonly biasDecayMult?: number
  /** Multiplies the weight decay of all parameters of normalization layers. */
  readonly normDecayMult?: number
  /** Multiplies the weight decay of depthwise convolutions. */
  readonly dwconvDecayMult?: number
  /** Multiplies the learning rate of the offset layers of deformable convolutions. */
  readonly dcnOffsetLrMult?: number
  /** Multiplies the weight decay of all other parameters with one dimension. */
  readonly flatDecayMult?: number
  /** Leaves out parameters that were seen before under another name. Default false: such are an error. */
  readonly bypassDuplicate?: boolean
}

const multiplier = () => {
  const message = 'must be a number of at least 0, such as 0.1'
  return v.optional(v.pipe(v.number(message), v.minValue(0, message)))
}

export const paramwiseSchema = v.strictObject(
  {
    customKeys: v.optional(
      v.record(
        v.string(),
        v.looseObject(
          {
            lrMult: multiplier(),
            decayMult: multiplier(),
            requiresGrad: v.optional(v.boolean('must be true or false')),
          },
          'must be an object such as { lrMult: 0.1 }',
        ),
        'must be an object such as { backbone: { lrMult: 0.1 } }',
      ),
    ),
    biasLrMult: multiplier(),
    biasDecayMult: multiplier(),
    normDecayMult: multiplier(),
    dwconvDecayMult: multiplier(),
    dcnOffsetLrMult: multiplier(),
    flatDecayMult: multiplier(),
    bypassDuplicate: v.optional(v.boolean('must be true or false')),
  },
  'must be an object such as { normDecayMult: 0 }',
)
