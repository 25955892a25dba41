import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import type { FusedUpdate } from './native-updates.js'
import { noNumbers, type StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries, flag } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

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
type Taken = Required<Factors<'lr'>> & Factors<'momentum' | 'share'>

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

const afterFirst: StateNumbers = {}
const afterMore: StateNumbers = {}

const descent: FusedUpdate<Taken> = {
  op: 'ResourceApplyGradientDescent',
  slots: [],
  attributes: [],
  inputs: ({ lr }) => [lr, 'gradient'],
}

function momentumOf(nesterov: boolean): FusedUpdate<Taken> {
  return {
    op: 'ResourceApplyMomentum',
    slots: ['momentum_buffer'],
    attributes: [{ name: 'use_nesterov', type: 3, value: nesterov }],
    inputs: ({ lr, momentum = 0 }) => [lr, 'gradient', momentum],
  }
}

export const sgdDefaults = {
  lr: 1e-3,
  momentum: 0,
  dampening: 0,
  weightDecay: 0,
  nesterov: false,
  maximize: false,
}

/** Stochastic gradient descent with momentum. @see PyTorch's `torch.optim.SGD` */
export class SGD extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: SGDOptions = {}) {
    super('SGD', params, sgdSchema, sgdDefaults, options)
  }

  /** As PyTorch's, it stores no count; which update is the first is told by the object itself. */
  protected override numbersAfter(_settings: Settings, before: StateNumbers): StateNumbers {
    return before === noNumbers ? afterFirst : afterMore
  }

  // The first gradient is taken whole, without dampening.
  protected override factors(
    { lr, momentum, dampening }: Settings,
    numbers: StateNumbers,
  ): FactorValues<Taken> {
    return momentum === 0 ? { lr } : { lr, momentum, share: numbers === afterFirst ? 1 : 1 - dampening }
  }

  protected override rule<Value>(
    { add, mul, sub }: Arithmetic<Value>,
    { parameter, gradient, factors: { lr, momentum, share }, state }: Update<Value, Taken>,
    { nesterov, dampening }: Settings,
  ): Value {
    if (momentum === undefined || share === undefined) return sub(parameter, mul(gradient, lr))
    const before = state.tensor('momentum_buffer')
    const taken = dampening === 0 ? gradient : mul(gradient, share)
    const velocity = state.setTensor('momentum_buffer', add(mul(before, momentum), taken))
    return sub(parameter, mul(nesterov ? add(gradient, mul(velocity, momentum)) : velocity, lr))
  }

  protected override fused({ momentum, dampening, nesterov }: Settings): FusedUpdate<Taken> | undefined {
    if (momentum === 0) return descent
    return dampening === 0 ? momentumOf(nesterov) : undefined
  }
}
