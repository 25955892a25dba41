import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import type { StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates, flag } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

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
type Taken = Required<Factors<'beta1' | 'rest1' | 'beta2' | 'rest2' | 'eps' | 'gradientShare' | 'meanShare'>>

export const nadamSchema = v.strictObject({
  ...commonEntries,
  betas: decayRates([0.9, 0.999]),
  eps: atLeastZero(1e-8),
  momentumDecay: atLeastZero(4e-3),
  decoupledWeightDecay: flag(),
})

export const nadamDefaults: Settings = {
  lr: 2e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  momentumDecay: 4e-3,
  decoupledWeightDecay: false,
  maximize: false,
}

/** Adam with Nesterov momentum. @see PyTorch's `torch.optim.NAdam` */
export class NAdam extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: NAdamOptions = {}) {
    super('NAdam', params, nadamSchema, nadamDefaults, options)
  }

  protected override numbersAfter(settings: Settings, before: StateNumbers): StateNumbers {
    const { step = 1 } = super.numbersAfter(settings, before)
    const momentum = momentumAt(step, settings.betas[0], settings.momentumDecay)
    return { step, mu_product: (before.mu_product ?? 1) * momentum }
  }

  protected override factors(settings: Settings, numbers: StateNumbers): FactorValues<Taken> {
    const { lr, betas, eps, momentumDecay } = settings
    const [beta1, beta2] = betas
    const { step = 1, mu_product: product = 1 } = numbers
    const momentum = momentumAt(step, beta1, momentumDecay)
    const nextMomentum = momentumAt(step + 1, beta1, momentumDecay)
    const correction = Math.sqrt(1 - beta2 ** step)
    return {
      beta1,
      rest1: 1 - beta1,
      beta2,
      rest2: 1 - beta2,
      eps: eps * correction,
      gradientShare: (lr * correction * (1 - momentum)) / (1 - product),
      meanShare: (lr * correction * nextMomentum) / (1 - product * nextMomentum),
    }
  }

  protected override rule<Value>(
    { add, div, mul, sqrt, square, sub }: Arithmetic<Value>,
    {
      parameter,
      gradient,
      factors: { beta1, rest1, beta2, rest2, eps, gradientShare, meanShare },
      state,
    }: Update<Value, Taken>,
  ): Value {
    const mean = state.average('exp_avg', gradient, beta1, rest1)
    const meanSquare = state.average('exp_avg_sq', square(gradient), beta2, rest2)
    const ahead = add(mul(gradient, gradientShare), mul(mean, meanShare))
    return sub(parameter, div(ahead, add(sqrt(meanSquare), eps)))
  }
}

function momentumAt(step: number, beta1: number, momentumDecay: number): number {
  return beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay))
}
