import type { OptimizerParams } from '@hookloop/core'
import { sign, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { commonEntries, decayRates } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

/** Options of {@link Lion}. */
export interface LionOptions {
  /** Size of each update; a third to a tenth of what Adam would get. Default 1e-4. */
  lr?: number
  /** Share of the average in the update, and decay rate of the average. Default [0.9, 0.99]. */
  betas?: [beta1: number, beta2: number]
  /** Shrinks the weights themselves by `lr * weightDecay`. Default 0. */
  weightDecay?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<LionOptions> & { decoupledWeightDecay: boolean }

export const lionSchema = v.strictObject({ ...commonEntries, betas: decayRates([0.9, 0.99]) })

/** Goes by the sign of an average of gradients. @see arXiv:2302.06675 */
export class Lion extends TensorOptimizer<Settings> {
  constructor(params: OptimizerParams, options: LionOptions = {}) {
    const defaults: Settings = {
      lr: 1e-4,
      betas: [0.9, 0.99],
      weightDecay: 0,
      maximize: false,
      decoupledWeightDecay: true,
    }
    super('Lion', params, lionSchema, defaults, options)
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const [beta1, beta2] = settings.betas
    const before = state.tensor('exp_avg')
    const direction = sign(this.average(before, gradient, beta1))
    state.setTensor('exp_avg', this.average(before, gradient, beta2))
    return sub(parameter, this.times(direction, settings.lr))
  }
}
