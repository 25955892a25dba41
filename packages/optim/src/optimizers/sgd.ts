import type { OptimizerParams } from '@hookloop/core'
import { add, sub, type Tensor } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import type { ParameterState } from './parameter-state.js'
import { atLeastZero, commonEntries, flag } from './settings.js'
import { TensorOptimizer } from './tensor-optimizer.js'

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number
  /** Share of the last update that goes on. Default 0. */
  momentum?: number
  /** Share of the gradient that momentum leaves out. Default 0. */
  dampening?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** Looks ahead along the momentum; needs `momentum` and no `dampening`. Default false. */
  nesterov?: boolean
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<SGDOptions>

export const sgdSchema = v.pipe(
  v.strictObject({
    ...commonEntries,
    momentum: atLeastZero(0.9),
    dampening: atLeastZero(0.1),
    nesterov: flag(),
  }),
  v.forward(
    v.check(
      ({ nesterov = false, momentum = 0, dampening = 0 }) => !nesterov || (momentum > 0 && dampening === 0),
      'must be false unless momentum is above 0 and dampening is 0, such as momentum: 0.9',
    ),
    ['nesterov'],
  ),
)

/** Stochastic gradient descent with momentum. @see PyTorch's `torch.optim.SGD` */
export class SGD extends TensorOptimizer<Settings> {
  constructor(params: OptimizerParams, options: SGDOptions = {}) {
    const defaults = { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, maximize: false }
    super('SGD', params, sgdSchema, defaults, options)
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor {
    const { lr, momentum, nesterov } = settings
    if (momentum === 0) return sub(parameter, this.times(gradient, lr))
    const velocity = state.setTensor('momentum_buffer', this.#velocity(gradient, settings, state))
    const direction = nesterov ? add(gradient, this.times(velocity, momentum)) : velocity
    return sub(parameter, this.times(direction, lr))
  }

  // The first gradient is taken whole, without dampening.
  #velocity(gradient: Tensor, { momentum, dampening }: Settings, state: ParameterState): Tensor {
    const before = state.tensor('momentum_buffer')
    if (before === undefined) return gradient.clone()
    return add(this.times(before, momentum), dampening === 0 ? gradient : this.times(gradient, 1 - dampening))
  }
}
