import type { OptimizerParams } from '@hookloop/core'
import { add, div, maximum, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState, StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates, flag } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'
import type { Factors, FactorValues } from './update-plan.js'

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
type Taken = Required<Factors<'beta1' | 'rest1' | 'beta2' | 'rest2' | 'eps' | 'stepSize'>>

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

abstract class AdamFamily extends TensorOptimizer<Settings, Taken> {
  protected override factors({ lr, betas, eps }: Settings, { step = 1 }: StateNumbers): FactorValues<Taken> {
    const [beta1, beta2] = betas
    // sqrt(s / c²) + eps = (sqrt(s) + eps * c) / c, so that both bias corrections fold into the step size.
    const correction = Math.sqrt(1 - beta2 ** step)
    return {
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      eps: eps * correction,
      stepSize: (lr * correction) / (1 - beta1 ** step),
    }
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    { beta1, rest1, beta2, rest2, eps, stepSize }: Taken,
    state: ParameterState,
    { amsgrad }: Settings,
  ): Tensor {
    const mean = state.average('exp_avg', gradient, beta1, rest1)
    const meanSquare = state.average('exp_avg_sq', square(gradient), beta2, rest2)
    const spread = amsgrad ? largest(meanSquare, state) : meanSquare
    return sub(parameter, mul(div(mean, add(sqrt(spread), eps)), stepSize))
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
  const before = state.tensor('max_exp_avg_sq', meanSquare)
  return state.setTensor('max_exp_avg_sq', maximum(before, meanSquare))
}
