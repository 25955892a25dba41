import type { Arithmetic } from './arithmetic.js'
import type { OptimizerSettings } from './settings.js'
import type { Factors, FactorsAs, FactorValues } from './update-plan.js'

/** What weight decay takes: decoupled, it shrinks the parameter itself; else it joins the gradient. */
export type DecayFactors = Factors<'shrink' | 'penalty'>

export function decayFactors({
  lr,
  weightDecay,
  decoupledWeightDecay,
}: OptimizerSettings): FactorValues<DecayFactors> {
  if (weightDecay === 0) return {}
  return decoupledWeightDecay === true ? { shrink: 1 - lr * weightDecay } : { penalty: weightDecay }
}

interface Direction<Value> {
  readonly parameter: Value
  readonly gradient: Value
}

/** Parameter and gradient as rules want them: decayed, and with the gradient pointing uphill. */
export function withDecay<Value>(
  { add, mul, neg }: Arithmetic<Value>,
  { parameter, gradient }: Direction<Value>,
  { shrink, penalty }: FactorsAs<DecayFactors, Value>,
  { maximize }: OptimizerSettings,
): Direction<Value> {
  const direction = maximize ? neg(gradient) : gradient
  return {
    parameter: shrink === undefined ? parameter : mul(parameter, shrink),
    gradient: penalty === undefined ? direction : add(direction, mul(parameter, penalty)),
  }
}
