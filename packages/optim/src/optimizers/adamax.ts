import type { OptimizerParams } from '@hookloop/core'
import { abs, add, div, maximum, mul, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState, StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'
import type { Factors, FactorValues } from './update-plan.js'

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

/** Adam with the infinity norm. @see PyTorch's `torch.optim.Adamax`, arXiv:1412.6980 */
export class Adamax extends TensorOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: AdamaxOptions = {}) {
    const defaults: Settings = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false }
    super('Adamax', params, adamaxSchema, defaults, options)
  }

  protected override factors({ lr, betas, eps }: Settings, { step = 1 }: StateNumbers): FactorValues<Taken> {
    const [beta1, beta2] = betas
    return { beta1, rest1: 1 - beta1, beta2, eps, stepSize: lr / (1 - beta1 ** step) }
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    { beta1, rest1, beta2, eps, stepSize }: Taken,
    state: ParameterState,
  ): Tensor {
    const mean = state.average('exp_avg', gradient, beta1, rest1)
    const before = state.tensor('exp_inf', gradient)
    const bound = state.setTensor('exp_inf', maximum(mul(before, beta2), add(abs(gradient), eps)))
    return sub(parameter, mul(div(mean, bound), stepSize))
  }
}
