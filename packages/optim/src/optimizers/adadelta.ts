import type { OptimizerParams } from '@hookloop/core'
import { div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, decayRate } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

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

export const adadeltaSchema = v.strictObject({
  ...commonEntries,
  rho: decayRate(0.9),
  eps: atLeastZero(1e-6),
})

/** Scales the gradient by the ratio of past updates to past gradients. @see PyTorch's `torch.optim.Adadelta`, arXiv:1212.5701 */
export class Adadelta extends TensorOptimizer<Settings> {
  constructor(params: OptimizerParams, options: AdadeltaOptions = {}) {
    super(
      'Adadelta',
      params,
      adadeltaSchema,
      { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0, maximize: false },
      options,
    )
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const { lr, rho, eps } = settings
    state.nextStep()
    const meanSquare = state.setTensor(
      'square_avg',
      this.average(state.tensor('square_avg'), square(gradient), rho),
    )
    const before = state.tensor('acc_delta')
    const reach = before === undefined ? this.scalar(Math.sqrt(eps)) : sqrt(this.plus(before, eps))
    const delta = mul(div(reach, sqrt(this.plus(meanSquare, eps))), gradient)
    state.setTensor('acc_delta', this.average(before, square(delta), rho))
    return sub(parameter, this.times(delta, lr))
  }
}
