import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import { commonEntries, decayRates } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

/** Options of {@link Lion}. */
export interface LionOptions {
  /** Size of each update; a third to a tenth of what Adam would get. Default 1e-4. */
  lr?: number
  /** Share of the average in the update, and decay rate of the average. Default [0.9, 0.99]. */
  betas?: [beta1: number, beta2: number]
  /** Shrinks the weights themselves by `lr * weightDecay`. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<LionOptions> & { decoupledWeightDecay: boolean }
type Taken = Required<Factors<'lr' | 'beta1' | 'rest1' | 'beta2' | 'rest2'>>

export const lionSchema = v.strictObject({ ...commonEntries, betas: decayRates([0.9, 0.99]) })

export const lionDefaults: Settings = {
  lr: 1e-4,
  betas: [0.9, 0.99],
  weightDecay: 0,
  maximize: false,
  decoupledWeightDecay: true,
}

/** Goes by the sign of an average of gradients. @see arXiv:2302.06675 */
export class Lion extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: LionOptions = {}) {
    super('Lion', params, lionSchema, lionDefaults, options)
  }

  protected override factors({ lr, betas }: Settings): FactorValues<Taken> {
    const [beta1, beta2] = betas
    return { lr, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 }
  }

  protected override rule<Value>(
    { add, mul, sign, sub }: Arithmetic<Value>,
    { parameter, gradient, factors: { lr, beta1, rest1, beta2, rest2 }, state }: Update<Value, Taken>,
  ): Value {
    const before = state.tensor('exp_avg')
    const direction = sign(add(mul(before, beta1), mul(gradient, rest1)))
    state.average('exp_avg', gradient, beta2, rest2)
    return sub(parameter, mul(direction, lr))
  }
}
