import type { OptimizerParams } from '@hookloop/core'
import { add, div, mul, relu, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRate, flag } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'
import type { Factors, FactorValues } from './update-plan.js'

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

/** Divides the gradient by a running root of its mean square. @see PyTorch's `torch.optim.RMSprop` */
export class RMSprop extends TensorOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: RMSpropOptions = {}) {
    const defaults = {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
    }
    super('RMSprop', params, rmspropSchema, defaults, options)
  }

  protected override factors({ lr, alpha, eps, momentum }: Settings): FactorValues<Taken> {
    return { lr, alpha, rest: 1 - alpha, eps, ...(momentum === 0 ? {} : { momentum }) }
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    taken: Taken,
    state: ParameterState,
    { centered }: Settings,
  ): Tensor {
    const { lr, eps, momentum } = taken
    const direction = div(gradient, add(sqrt(spread(gradient, taken, state, centered)), eps))
    if (momentum === undefined) return sub(parameter, mul(direction, lr))
    const velocity = add(mul(state.tensor('momentum_buffer', gradient), momentum), direction)
    return sub(parameter, mul(state.setTensor('momentum_buffer', velocity), lr))
  }
}

function spread(gradient: Tensor, { alpha, rest }: Taken, state: ParameterState, centered: boolean): Tensor {
  const meanSquare = state.average('square_avg', square(gradient), alpha, rest)
  if (!centered) return meanSquare
  const mean = state.average('grad_avg', gradient, alpha, rest)
  // Rounding can push the difference below 0, whose root would be NaN.
  return relu(sub(meanSquare, square(mean)))
}
