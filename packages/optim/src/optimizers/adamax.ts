import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import type { StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

/** Options of {@link Adamax}. */
export interface AdamaxOptions {
  /** Learning rate. Default 2e-3. */
  lr?: number
  /** Decay rates of the average of the gradient and of its largest size. Default [0.9, 0.999]. */
  betas?: [beta1: number, beta2: number]
  /** Added to the size of each gradient. Default 1e-8. */
  eps?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<AdamaxOptions>
type Taken = Required<Factors<'beta1' | 'rest1' | 'beta2' | 'eps' | 'stepSize'>>

export const adamaxSchema = v.strictObject({
  ...commonEntries,
  betas: decayRates([0.9, 0.999]),
  eps: atLeastZero(1e-8),
})

export const adamaxDefaults: Settings = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  maximize: false,
}

/** Adam with the infinity norm. @see PyTorch's `torch.optim.Adamax`, arXiv:1412.6980 */
export class Adamax extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: AdamaxOptions = {}) {
    super('Adamax', params, adamaxSchema, adamaxDefaults, options)
  }

  protected override factors({ lr, betas, eps }: Settings, { step = 1 }: StateNumbers): FactorValues<Taken> {
    const [beta1, beta2] = betas
    return { beta1, rest1: 1 - beta1, beta2, eps, stepSize: lr / (1 - beta1 ** step) }
  }

  protected override rule<Value>(
    { abs, add, div, maximum, mul, sub }: Arithmetic<Value>,
    { parameter, gradient, factors: { beta1, rest1, beta2, eps, stepSize }, state }: Update<Value, Taken>,
  ): Value {
    const mean = state.average('exp_avg', gradient, beta1, rest1)
    const before = state.tensor('exp_inf')
    const bound = state.setTensor('exp_inf', maximum(mul(before, beta2), add(abs(gradient), eps)))
    return sub(parameter, mul(div(mean, bound), stepSize))
  }
}
