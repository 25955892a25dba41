import type { OptimizerParams } from '@hookloop/core'
import { add, div, relu, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRate, flag } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

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

export const rmspropSchema = v.strictObject({
  ...commonEntries,
  alpha: decayRate(0.99),
  eps: atLeastZero(1e-8),
  momentum: atLeastZero(0.9),
  centered: flag(),
})

/** Divides the gradient by a running root of its mean square. @see PyTorch's `torch.optim.RMSprop` */
export class RMSprop extends TensorOptimizer<Settings> {
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

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const { lr, eps, momentum } = settings
    state.nextStep()
    const direction = div(gradient, this.plus(sqrt(this.#spread(gradient, settings, state)), eps))
    if (momentum === 0) return sub(parameter, this.times(direction, lr))
    const before = state.tensor('momentum_buffer')
    const velocity = before === undefined ? direction : add(this.times(before, momentum), direction)
    return sub(parameter, this.times(state.setTensor('momentum_buffer', velocity), lr))
  }

  #spread(gradient: Tensor, { alpha, centered }: Settings, state: ParameterState): Tensor {
    const meanSquare = state.setTensor(
      'square_avg',
      this.average(state.tensor('square_avg'), square(gradient), alpha),
    )
    if (!centered) return meanSquare
    const mean = state.setTensor('grad_avg', this.average(state.tensor('grad_avg'), gradient, alpha))
    // Rounding can push the difference below 0, whose root would be NaN.
    return relu(sub(meanSquare, square(mean)))
  }
}
