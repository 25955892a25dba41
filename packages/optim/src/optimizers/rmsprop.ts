import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import { atLeastZero, commonEntries, decayRate, flag } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

/** Options of {@link RMSprop}. */
export interface RMSpropOptions {
  /** Learning rate. Default 1e-2. */
  lr?: number
  /** Decay rate of the average of the squared gradient. Default 0.99. */
  alpha?: number
  /** Added to the denominator. Default 1e-8. */
  eps?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** Share of the last update that goes on. Default 0. */
  momentum?: number
  /** Divides by an estimate of the gradient's standard deviation. Default false. */
  centered?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<RMSpropOptions>
type Taken = Required<Factors<'lr' | 'alpha' | 'rest' | 'eps'>> & Factors<'momentum'>

export const rmspropSchema = v.strictObject({
  ...commonEntries,
  alpha: decayRate(0.99),
  eps: atLeastZero(1e-8),
  momentum: atLeastZero(0.9),
  centered: flag(),
})

export const rmspropDefaults = {
  lr: 1e-2,
  alpha: 0.99,
  eps: 1e-8,
  weightDecay: 0,
  momentum: 0,
  centered: false,
  maximize: false,
}

/** Divides the gradient by a running root of its mean square. @see PyTorch's `torch.optim.RMSprop` */
export class RMSprop extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: RMSpropOptions = {}) {
    super('RMSprop', params, rmspropSchema, rmspropDefaults, options)
  }

  protected override factors({ lr, alpha, eps, momentum }: Settings): FactorValues<Taken> {
    return { lr, alpha, rest: 1 - alpha, eps, ...(momentum === 0 ? {} : { momentum }) }
  }

  protected override rule<Value>(
    { add, div, mul, relu, sqrt, square, sub }: Arithmetic<Value>,
    { parameter, gradient, factors, state }: Update<Value, Taken>,
    { centered }: Settings,
  ): Value {
    const { lr, alpha, rest, eps, momentum } = factors
    const meanSquare = state.average('square_avg', square(gradient), alpha, rest)
    // Rounding can push the difference below 0, whose root would be NaN.
    const spread = centered
      ? relu(sub(meanSquare, square(state.average('grad_avg', gradient, alpha, rest))))
      : meanSquare
    const direction = div(gradient, add(sqrt(spread), eps))
    if (momentum === undefined) return sub(parameter, mul(direction, lr))
    const velocity = add(mul(state.tensor('momentum_buffer'), momentum), direction)
    return sub(parameter, mul(state.setTensor('momentum_buffer', velocity), lr))
  }
}
