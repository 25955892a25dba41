import type { OptimizerParams } from '@hookloop/core'
import * as v from 'valibot'
import type { Arithmetic } from './arithmetic.js'
import { ElementwiseOptimizer } from './elementwise-optimizer.js'
import type { StateNumbers } from './parameter-state.js'
import { atLeastZero, commonEntries } from './settings.js'
import type { Factors, FactorValues } from './update-plan.js'
import type { Update } from './update-rule.js'

/** Options of {@link Adagrad}. */
export interface AdagradOptions {
  /** Learning rate. Default 1e-2. */
  lr?: number
  /** The learning rate is divided by `1 + (step - 1) * lrDecay`. Default 0. */
  lrDecay?: number
  /** Factor of the L2 penalty. Default 0. */
  weightDecay?: number
  /** What the sum of squares starts from. Default 0. */
  initialAccumulatorValue?: number
  /** Added to the denominator. Default 1e-10. */
  eps?: number
  /** Climbs instead of descending. Default false. */
  maximize?: boolean
}

type Settings = Required<AdagradOptions>
type Taken = Required<Factors<'stepSize' | 'eps'>>

export const adagradSchema = v.strictObject({
  ...commonEntries,
  lrDecay: atLeastZero(0.01),
  initialAccumulatorValue: atLeastZero(0.1),
  eps: atLeastZero(1e-10),
})

export const adagradDefaults = {
  lr: 1e-2,
  lrDecay: 0,
  weightDecay: 0,
  initialAccumulatorValue: 0,
  eps: 1e-10,
  maximize: false,
}

/** Divides the gradient by the root of the sum of all its squares. @see PyTorch's `torch.optim.Adagrad` */
export class Adagrad extends ElementwiseOptimizer<Settings, Taken> {
  constructor(params: OptimizerParams, options: AdagradOptions = {}) {
    super('Adagrad', params, adagradSchema, adagradDefaults, options)
  }

  protected override factors(
    { lr, lrDecay, eps }: Settings,
    { step = 1 }: StateNumbers,
  ): FactorValues<Taken> {
    return { stepSize: lr / (1 + (step - 1) * lrDecay), eps }
  }

  protected override rule<Value>(
    { add, div, mul, sqrt, square, sub }: Arithmetic<Value>,
    { parameter, gradient, factors: { stepSize, eps }, state }: Update<Value, Taken>,
    { initialAccumulatorValue }: Settings,
  ): Value {
    const before = state.tensor('sum', initialAccumulatorValue)
    const sum = state.setTensor('sum', add(before, square(gradient)))
    return sub(parameter, mul(div(gradient, add(sqrt(sum), eps)), stepSize))
  }
}
