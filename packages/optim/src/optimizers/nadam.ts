import type { OptimizerParams } from '@hookloop/core'
import { add, div, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates, flag } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

/** Options of {@link NAdam}. */
export interface NAdamOptions {
  /** Learning rate. Default 2e-3. */
  lr?: number
  /** Decay rates of the averages of the gradient and of its square. Default [0.9, 0.999]. */
  betas?: [beta1: number, beta2: number]
  /** Added to the denominator, after the bias correction. Default 1e-8. */
  eps?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** How fast the momentum grows to `betas[0]`. Default 4e-3. */
  momentumDecay?: number
  /** Decays weights as AdamW does. Default false. */
  decoupledWeightDecay?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<NAdamOptions>

export const nadamSchema = v.strictObject({
  ...commonEntries,
  betas: decayRates([0.9, 0.999]),
  eps: atLeastZero(1e-8),
  momentumDecay: atLeastZero(4e-3),
  decoupledWeightDecay: flag(),
})

/** Adam with Nesterov momentum. @see PyTorch's `torch.optim.NAdam` */
export class NAdam extends TensorOptimizer<Settings> {
  constructor(params: OptimizerParams, options: NAdamOptions = {}) {
    const defaults: Settings = {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      momentumDecay: 4e-3,
      decoupledWeightDecay: false,
      maximize: false,
    }
    super('NAdam', params, nadamSchema, defaults, options)
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const { lr, betas, eps, momentumDecay } = settings
    const [beta1, beta2] = betas
    const step = state.nextStep()
    const momentum = momentumAt(step, beta1, momentumDecay)
    const nextMomentum = momentumAt(step + 1, beta1, momentumDecay)
    const product = state.setNumber('mu_product', (state.number('mu_product') ?? 1) * momentum)
    const mean = state.setTensor('exp_avg', this.average(state.tensor('exp_avg'), gradient, beta1))
    const meanSquare = state.setTensor(
      'exp_avg_sq',
      this.average(state.tensor('exp_avg_sq'), square(gradient), beta2),
    )
    const correction = Math.sqrt(1 - beta2 ** step)
    const ahead = add(
      this.times(gradient, (lr * correction * (1 - momentum)) / (1 - product)),
      this.times(mean, (lr * correction * nextMomentum) / (1 - product * nextMomentum)),
    )
    return sub(parameter, div(ahead, this.plus(sqrt(meanSquare), eps * correction)))
  }
}

function momentumAt(step: number, beta1: number, momentumDecay: number): number {
  return beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay))
}
