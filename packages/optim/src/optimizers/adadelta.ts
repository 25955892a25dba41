import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import { atLeastZero, commonEntries, decayRate } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions {
  /** Factor of the update. Default 1. */
  lr?: number
  /** Decay rate of the averages of squared gradients and squared updates. Default 0.9. */
  rho?: number
  /** Added under both roots. Default 1e-6. */
  eps?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<AdadeltaOptions>
type Taken = Required<Factors<'lr' | 'rho' | 'rest' | 'eps'>>

export const adadeltaSchema = v.strictObject({
  ...commonEntries,
  rho: decayRate(0.9),
  eps: atLeastZero(1e-6),
})

export const adadeltaDefaults = { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false }

/** Scales the gradient by the ratio of past updates to past gradients. @see PyTorch's `torch.optim.Adadelta`, arXiv:1212.5701 */
export class Adadelta extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: AdadeltaOptions = {}) {
    super('Adadelta', params, adadeltaSchema, adadeltaDefaults, options)
  }

  protected override factors({ lr, rho, eps }: Settings): FactorValues<Taken> {
    return { lr, rho, rest: 1 - rho, eps }
  }

  protected override rule<Value>(
    { add, div, mul, sqrt, square, sub }: Arithmetic<Value>,
    { parameter, gradient, factors: { lr, rho, rest, eps }, state }: Update<Value, Taken>,
  ): Value {
    const meanSquare = state.average('square_avg', square(gradient), rho, rest)
    const reach = sqrt(add(state.tensor('acc_delta'), eps))
    const delta = mul(div(reach, sqrt(add(meanSquare, eps))), gradient)
    state.average('acc_delta', square(delta), rho, rest)
    return sub(parameter, mul(delta, lr))
  }
}
