import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import type { StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRates, flag } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

/** Options of {@link RAdam}. */
export interface RAdamOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number
  /** Decay rates of the averages of the gradient and of its square. Default [0.9, 0.999]. */
  betas?: [beta1: number, beta2: number]
  /** Added to the denominator. Default 1e-8. */
  eps?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** Decays weights as AdamW does. Default false. */
  decoupledWeightDecay?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<RAdamOptions>
type Taken = Required<Factors<'beta1' | 'rest1' | 'beta2' | 'rest2' | 'stepSize'>> & Factors<'eps'>

export const radamSchema = v.strictObject({
  ...commonEntries,
  betas: decayRates([0.9, 0.999]),
  eps: atLeastZero(1e-8),
  decoupledWeightDecay: flag(),
})

export const radamDefaults: Settings = {
  lr: 1e-3,
  betas: [0.9, 0.999],
  eps: 1e-8,
  weightDecay: 0,
  decoupledWeightDecay: false,
  maximize: false,
}

/** Adam that goes without its denominator until enough gradients were seen. @see PyTorch's `torch.optim.RAdam`, arXiv:1908.03265 */
export class RAdam extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: RAdamOptions = {}) {
    super('RAdam', params, radamSchema, radamDefaults, options)
  }

  protected override factors({ lr, betas, eps }: Settings, { step = 1 }: StateNumbers): FactorValues<Taken> {
    const [beta1, beta2] = betas
    const rates = { beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 }
    const stepSize = lr / (1 - beta1 ** step)
    const rectification = rectificationAt(step, beta2)
    if (rectification === undefined) return { ...rates, stepSize }
    return { ...rates, eps, stepSize: stepSize * Math.sqrt(1 - beta2 ** step) * rectification }
  }

  protected override rule<Value>(
    { add, div, mul, sqrt, square, sub }: Arithmetic<Value>,
    {
      parameter,
      gradient,
      factors: { beta1, rest1, beta2, rest2, eps, stepSize },
      state,
    }: Update<Value, Taken>,
  ): Value {
    const mean = state.average('exp_avg', gradient, beta1, rest1)
    const meanSquare = state.average('exp_avg_sq', square(gradient), beta2, rest2)
    const direction = eps === undefined ? mean : div(mean, add(sqrt(meanSquare), eps))
    return sub(parameter, mul(direction, stepSize))
  }
}

/** How far the mean square can be trusted; undefined while it cannot. */
function rectificationAt(step: number, beta2: number): number | undefined {
  const most = 2 / (1 - beta2) - 1
  const power = beta2 ** step
  const length = most - (2 * step * power) / (1 - power)
  if (length <= 5) return undefined
  return Math.sqrt(((length - 4) * (length - 2) * most) / ((most - 4) * (most - 2) * length))
}
