import type { OptimizerParams } from '@hookloop/core'
import { div, maximum, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates, flag } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

/** Options of {@link AdamW}. */
export interface AdamWOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number
  /** Decay rates of the averages of the gradient and of its square. Default [0.9, 0.999]. */
  betas?: [beta1: number, beta2: number]
  /** Added to the denominator, after the bias correction. Default 1e-8. */
  eps?: number
  /** Default 1e-2 for AdamW, which shrinks the weights themselves; 0 for Adam, where it is an L2 penalty. */
  weightDecay?: number
  /** Divides by the largest average so far. Default false. */
  amsgrad?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

/** Options of {@link Adam}. */
export interface AdamOptions extends AdamWOptions {
  /** Decays weights as AdamW does. Default false. */
  decoupledWeightDecay?: boolean
}

type Settings = Required<AdamOptions>

const entries = {
  ...commonEntries,
  betas: decayRates([0.9, 0.999]),
  eps: atLeastZero(1e-8),
  amsgrad: flag(),
}

export const adamSchema = v.strictObject({ ...entries, decoupledWeightDecay: flag() })
export const adamWSchema = v.strictObject(entries)

const adamDefaults: Settings = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  decoupledWeightDecay: false,
}

abstract class AdamFamily extends TensorOptimizer<Settings> {
  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const { lr, betas, eps, amsgrad } = settings
    const [beta1, beta2] = betas
    const step = state.nextStep()
    const mean = state.setTensor('exp_avg', this.average(state.tensor('exp_avg'), gradient, beta1))
    const meanSquare = state.setTensor(
      'exp_avg_sq',
      this.average(state.tensor('exp_avg_sq'), square(gradient), beta2),
    )
    const spread = amsgrad ? largest(meanSquare, state) : meanSquare
    // sqrt(s / c²) + eps = (sqrt(s) + eps * c) / c, so that both bias corrections fold into the step size.
    const correction = Math.sqrt(1 - beta2 ** step)
    const direction = div(mean, this.plus(sqrt(spread), eps * correction))
    return sub(parameter, this.times(direction, (lr * correction) / (1 - beta1 ** step)))
  }
}

/** Adaptive moment estimation. @see PyTorch's `torch.optim.Adam`, arXiv:1412.6980 */
export class Adam extends AdamFamily {
  constructor(params: OptimizerParams, options: AdamOptions = {}) {
    super('Adam', params, adamSchema, adamDefaults, options)
  }
}

/** Adam with weight decay apart from the gradient. @see PyTorch's `torch.optim.AdamW`, arXiv:1711.05101 */
export class AdamW extends AdamFamily {
  constructor(params: OptimizerParams, options: AdamWOptions = {}) {
    const defaults = { ...adamDefaults, weightDecay: 1e-2, decoupledWeightDecay: true }
    super('AdamW', params, adamWSchema, defaults, options)
  }
}

function largest(meanSquare: Tensor, state: ParameterState): Tensor {
  const before = state.tensor('max_exp_avg_sq')
  return state.setTensor(
    'max_exp_avg_sq',
    before === undefined ? meanSquare.clone() : maximum(before, meanSquare),
  )
}
