import { arrayVariables, type Gradients, nativeVariables } from '@hookloop/core'
import type { Scalar, Tensor } from '@tensorflow/tfjs-core'
import type { Arithmetic } from './arithmetic.js'
import { ArrayUpdates } from './array-updates.js'
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
  type PlannedPart,
} from './update-plan.js'
import type { Update, UpdateRule } from './update-rule.js'

/**
 * An optimizer whose rule computes each element by itself. What records a step gets the rule as operations of tfjs; outside of
 * recordings it runs as the backend does it best: on tfjs-node without tfjs around the operations, or as one operation; on the
 * cpu and wasm backends in JavaScript, over the values in place.
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

  override step(gradients: Readonly<Gradients>): void {
    const plan = this.plan()
    const makeUpdates = plan.parts.every((part) => isOfFloats(part, gradients))
      ? this.#waysOfBackend()
      : undefined
    if (makeUpdates === undefined) {
      super.step(gradients)
      return
    }
    for (const part of plan.parts) {
      const factors = factorsOf<Taken & DecayFactors, number>(
        part,
        (index) => plan.factors[index] ?? Number.NaN,
      )
      const updates = makeUpdates(factors, part.settings)
      for (const member of part.members) {
        const gradient = gradients[member.name]
        if (gradient !== undefined) updates.update(member, gradient)
      }
      updates.dispose?.()
    }
    this.commit(plan, Object.keys(gradients))
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

  /** How the backend in use makes updates; undefined where it does best with operations of tfjs. */
  #waysOfBackend(): UpdatesMaker<Settings, Taken> | undefined {
    const native = nativeVariables()
    if (native !== undefined)
      return (factors, settings) =>
        new NativeUpdates(native, settings, factors, this.#wholeRule(settings), this.fused(settings))
    const arrays = arrayVariables()
    if (arrays !== undefined)
      return (factors, settings) => new ArrayUpdates(arrays, factors, this.#wholeRule(settings))
    return undefined
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

type UpdatesMaker<Settings, Taken extends Factors> = (
  factors: FactorValues<Taken & DecayFactors>,
  settings: Settings,
) => Updates

function isOfFloats({ members }: PlannedPart<unknown>, gradients: Readonly<Gradients>): boolean {
  return members.every(
    ({ name, variable }) => variable.dtype === 'float32' && gradients[name]?.dtype !== 'int32',
  )
}
