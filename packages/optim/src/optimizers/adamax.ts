import type { OptimizerParams } from '@hookloop/core'
import { abs, div, maximum, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

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

export const adamaxSchema = v.strictObject({
  ...commonEntries,
  betas: decayRates([0.9, 0.999]),
  eps: atLeastZero(1e-8),
})

/** Adam with the infinity norm. @see PyTorch's `torch.optim.Adamax`, arXiv:1412.6980 */
export class Adamax extends TensorOptimizer<Settings> {
  constructor(params: OptimizerParams, options: AdamaxOptions = {}) {
    const defaults: Settings = { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, maximize: false }
    super('Adamax', params, adamaxSchema, defaults, options)
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const { lr, betas, eps } = settings
    const [beta1, beta2] = betas
    const step = state.nextStep()
    const mean = state.setTensor('exp_avg', this.average(state.tensor('exp_avg'), gradient, beta1))
    const size = this.plus(abs(gradient), eps)
    const before = state.tensor('exp_inf')
    const bound = state.setTensor(
      'exp_inf',
      before === undefined ? size : maximum(this.times(before, beta2), size),
    )
    return sub(parameter, this.times(div(mean, bound), lr / (1 - beta1 ** step)))
  }
}
