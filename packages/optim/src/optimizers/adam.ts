import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import type { FusedUpdate } from './native-updates.js'
import type { StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates, flag } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

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

export const adamDefaults: Settings = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  amsgrad: false,
  maximize: false,
  decoupledWeightDecay: false,
}

const inTensorFlow: FusedUpdate<Taken> = {
  op: 'ResourceApplyAdam',
  slots: ['exp_avg', 'exp_avg_sq'],
  attributes: [{ name: 'use_nesterov', type: 3, value: false }],
  // It rounds 1 - beta in float32, and wants its bias corrections apart: step size and eps make up for both.
  inputs: ({ beta1, rest1, beta2, rest2, eps, stepSize }) => {
    const [share1, share2] = [roundedShare(beta1, rest1), Math.sqrt(roundedShare(beta2, rest2))]
    return [0, 0, (stepSize * share2) / share1, beta1, beta2, eps * share2, 'gradient']
  },
}

abstract class AdamFamily extends ElementwiseOptimizer<Settings, Taken> {
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

  protected override rule<Value>(
    { add, div, maximum, mul, sqrt, square, sub }: Arithmetic<Value>,
    {
      parameter,
      gradient,
      factors: { beta1, rest1, beta2, rest2, eps, stepSize },
      state,
    }: Update<Value, Taken>,
    { amsgrad }: Settings,
  ): Value {
    const mean = state.average('exp_avg', gradient, beta1, rest1)
    const meanSquare = state.average('exp_avg_sq', square(gradient), beta2, rest2)
    const spread = amsgrad
      ? state.setTensor('max_exp_avg_sq', maximum(state.tensor('max_exp_avg_sq'), meanSquare))
      : meanSquare
    return sub(parameter, mul(div(mean, add(sqrt(spread), eps)), stepSize))
  }

  protected override fused({ amsgrad }: Settings): FusedUpdate<Taken> | undefined {
    return amsgrad ? undefined : inTensorFlow
  }
}

/** What `1 - beta` is in float32, as a part of what it should be. */
function roundedShare(beta: number, rest: number): number {
  return Math.fround(1 - Math.fround(beta)) / rest
}

/** Adaptive moment estimation. @see PyTorch's `torch.optim.Adam`, arXiv:1412.6980 */
export class Adam extends AdamFamily {
  constructor(params: OptimizerParams, options: AdamOptions = {}) {
    super('Adam', params, adamSchema, adamDefaults, options)
  }
}

export const adamWDefaults: Settings = { ...adamDefaults, weightDecay: 1e-2, decoupledWeightDecay: true }

/** Adam with weight decay apart from the gradient. @see PyTorch's `torch.optim.AdamW`, arXiv:1711.05101 */
export class AdamW extends AdamFamily {
  constructor(params: OptimizerParams, options: AdamWOptions = {}) {
    super('AdamW', params, adamWSchema, adamWDefaults, options)
  }
}
