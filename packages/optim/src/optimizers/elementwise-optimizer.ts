import { arrayVariables, type Gradients, nativeVariables } from '@hookloop/core'
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { Arithmetic } from './arithmetic.js'
import { ArrayUpdates, canMakeLoops } from './array-updates.js'
import { type DecayFactors, withDecay } from './decay.js'
import { type FusedUpdate, NativeUpdates } from './native-updates.js'
import type { ParameterState } from './parameter-state.js'
import type { OptimizerSettings } from './settings.js'
import { TensorMemory, tensorArithmetic } from './tensor-arithmetic.js'
import { TensorOptimizer } from './tensor-optimizer.js'
import {
  type Factors,
  type FactorsAs,
  type FactorValues,
  factorsOf,
  type Member,
  type PartedPlan,
  type PlannedPart,
} from './update-plan.js'
import type { Update, UpdateRule } from './update-rule.js'

/**
 * An optimizer whose rule computes each element by itself. What records a step gets the rule as operations of tfjs; outside of
 * recordings it runs as the backend does it best: on tfjs-node without tfjs around the operations, or as one operation; on the
 * cpu and wasm backends in JavaScript, in one loop. What is larger than pays goes on as operations of tfjs.
 */
export abstract class ElementwiseOptimizer<
  Settings extends OptimizerSettings,
  Taken extends Factors = Factors,
> extends TensorOptimizer<Settings, Taken> {
  /** The value of a parameter after an update. */
  protected abstract rule<Value>(
    arithmetic: Arithmetic<Value>,
    update: Update<Value, Taken>,
    settings: Settings,
  ): Value

  /** The rule as one operation of TensorFlow, where it has one. */
  protected fused(_settings: Settings): FusedUpdate<Taken> | undefined {
    return undefined
  }

  protected override update(plan: PartedPlan<Settings>, gradients: Readonly<Gradients>): void {
    const way = this.#wayOfBackend()
    const rest = { ...gradients }
    if (way !== undefined) for (const part of plan.parts) this.#updatePart(plan, part, way, rest)
    if (Object.keys(rest).length > 0) super.update(plan, rest)
  }

  protected override updated(
    parameter: Tensor,
    gradient: Tensor,
    factors: FactorsAs<Taken, Scalar>,
    state: ParameterState,
    settings: Settings,
  ): Tensor {
    const memory = new TensorMemory(state, gradient)
    return this.rule(tensorArithmetic, { parameter, gradient, factors, state: memory }, settings)
  }

  /** Takes the gradients that it has used away. */
  #updatePart(
    { factors }: PartedPlan<Settings>,
    part: PlannedPart<Settings>,
    { largest, updatesOf }: Way<Settings, Taken>,
    gradients: Gradients,
  ): void {
    const fitting = part.members.filter(({ name, variable }) => fits(variable, gradients[name], largest))
    if (fitting.length === 0) return
    const own = factorsOf<Taken & DecayFactors, number>(part, (index) => factors[index] ?? Number.NaN)
    const updates = updatesOf(own, part.settings)
    try {
      for (const member of fitting) {
        const gradient = gradients[member.name]
        if (gradient !== undefined) updates.update(member, gradient)
        Reflect.deleteProperty(gradients, member.name)
      }
    } finally {
      updates.dispose?.()
    }
  }

  /** How the backend in use makes updates best; undefined where that is with operations of tfjs. */
  #wayOfBackend(): Way<Settings, Taken> | undefined {
    const native = nativeVariables()
    if (native !== undefined)
      return {
        largest: Number.POSITIVE_INFINITY,
        updatesOf: (factors, settings) =>
          new NativeUpdates(native, settings, factors, this.#wholeRule(settings), this.fused(settings)),
      }
    const arrays = arrayVariables()
    if (arrays === undefined || !canMakeLoops()) return undefined
    return {
      largest: arrays.largest,
      updatesOf: (factors, settings) => new ArrayUpdates(arrays, factors, this.#wholeRule(settings)),
    }
  }

  #wholeRule(settings: Settings): UpdateRule<Taken & DecayFactors> {
    return (arithmetic, { parameter, gradient, factors, state }) => {
      const decayed = withDecay(arithmetic, { parameter, gradient }, factors, settings)
      return this.rule(arithmetic, { ...decayed, factors, state }, settings)
    }
  }
}

/** Updates the parameters of a part, one after another. */
interface Updates {
  update(member: Member, gradient: Tensor): void
  dispose?(): void
}

/** How a backend makes updates. */
interface Way<Settings, Taken extends Factors> {
  /** Larger parameters are better off with operations of tfjs. */
  readonly largest: number
  updatesOf(factors: FactorValues<Taken & DecayFactors>, settings: Settings): Updates
}

function fits(variable: Variable, gradient: Tensor | undefined, largest: number): boolean {
  return variable.size <= largest && variable.dtype === 'float32' && gradient?.dtype === 'float32'
}
