import {
  checkOptions,
  type Gradients,
  type OptimizerParams,
  type ParamGroup,
  type StateTree,
} from '@hookloop/core'
import { type Scalar, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type DecayFactors, decayFactors, withDecay } from './decay.js'
import { loadOptimizerState, saveOptimizerState } from './optimizer-state.js'
import { makeGroups, ownSettings } from './param-groups.js'
import { ParameterState, type StateNumbers } from './parameter-state.js'
import type { PlannedOptimizer, ScalarSource } from './planned-optimizer.js'
import { ScalarCache } from './scalar-cache.js'
import type { OptimizerSettings, OptionsSchema } from './settings.js'
import { tensorArithmetic } from './tensor-arithmetic.js'
import {
  type Factors,
  type FactorsAs,
  type FactorValues,
  factorsOf,
  type Member,
  type PartedPlan,
  Partition,
} from './update-plan.js'

/**
 * What all optimizers of this package share: groups, state by parameter name, weight decay, `maximize`. A subclass
 * gives the numbers of an update, which are folded in double precision, and the rule for one parameter, which meets
 * them as tensors and reads no value: so an update can be recorded once and repeated with other numbers.
 */
export abstract class TensorOptimizer<Settings extends OptimizerSettings, Taken extends Factors = Factors>
  implements PlannedOptimizer<PartedPlan<Settings>>
{
  readonly paramGroups: (ParamGroup & Settings)[]
  /** Settings of groups that do not override them. */
  readonly defaults: Settings
  readonly #states = new Map<string, ParameterState>()
  readonly #partition: Partition<Settings>
  readonly #scalars = new ScalarCache()

  /**
   * @param type the name in configs
   * @param defaults settings that `options` may override
   * @throws `HL_CONFIG` when an option is unknown or out of its range
   * @throws `HL_OPTIM_NO_PARAMETERS`, `HL_OPTIM_DUPLICATE`
   */
  protected constructor(
    readonly type: string,
    params: OptimizerParams,
    schema: OptionsSchema,
    defaults: Settings,
    options: Partial<Settings>,
  ) {
    checkOptions(type, schema, options)
    this.defaults = { ...defaults, ...ownSettings(options) }
    this.paramGroups = makeGroups(type, params, this.defaults, schema)
    this.#partition = new Partition(this.paramGroups, (name) => this.#stateOf(name), {
      numbersAfter: (settings, before) => this.numbersAfter(settings, before),
      factors: (settings, numbers) => ({ ...decayFactors(settings), ...this.factors(settings, numbers) }),
    })
  }

  /**
   * The numbers that an update takes, by name. Leaving one out makes a branch that {@link updated} sees by its absence.
   * @param numbers those kept of the parameter, as they are after the update: `step` is 1 in the first
   */
  protected abstract factors(settings: Settings, numbers: StateNumbers): FactorValues<Taken>

  /**
   * The value of a parameter after an update. Runs inside a tfjs scope.
   * @param parameter its value before, already shrunk by decoupled weight decay
   * @param gradient with the other kind of weight decay added
   * @param factors those of `factors` as tensors
   */
  protected abstract updated(
    parameter: Tensor,
    gradient: Tensor,
    factors: FactorsAs<Taken, Scalar>,
    state: ParameterState,
    settings: Settings,
  ): Tensor

  /** The numbers that are kept of a parameter, after an update. */
  protected numbersAfter(_settings: Settings, before: StateNumbers): StateNumbers {
    return { ...before, step: (before.step ?? 0) + 1 }
  }

  step(gradients: Readonly<Gradients>): void {
    const plan = this.plan()
    this.update(plan, gradients)
    this.commit(plan, Object.keys(gradients))
  }

  /** Makes an update that nobody records. */
  protected update(plan: PartedPlan<Settings>, gradients: Readonly<Gradients>): void {
    try {
      // An operation that is given a number uploads it anew each time, which costs as much as the operation itself.
      this.apply(plan, gradients, (index) => this.#scalars.of(plan.factors[index] ?? Number.NaN))
    } finally {
      this.#scalars.clear()
    }
  }

  plan(): PartedPlan<Settings> {
    return this.#partition.plan()
  }

  apply(plan: PartedPlan<Settings>, gradients: Readonly<Gradients>, scalarAt: ScalarSource): void {
    for (const part of plan.parts) {
      const factors = factorsOf<Taken & DecayFactors, Scalar>(part, scalarAt)
      for (const member of part.members) {
        const gradient = gradients[member.name]
        // A scope per parameter keeps the intermediate tensors of only one of them in memory.
        if (gradient !== undefined) tidy(() => this.#update(member, gradient, factors, part.settings))
      }
    }
  }

  commit({ parts }: PartedPlan<Settings>, names: readonly string[]): void {
    const updated = new Set(names)
    for (const { members, numbersAfter } of parts)
      for (const { name, state } of members) if (updated.has(name)) state.numbers = numbersAfter
  }

  revert({ parts }: PartedPlan<Settings>, names: readonly string[]): void {
    const updated = new Set(names)
    for (const { members, numbersBefore } of parts)
      for (const { name, state } of members) if (updated.has(name)) state.numbers = numbersBefore
  }

  stateDict(): StateTree {
    return saveOptimizerState(this.type, this.#states, this.paramGroups)
  }

  /** @throws `HL_OPTIM_STATE` when the state is of another optimizer or of other parameters; nothing is changed then */
  loadStateDict(state: StateTree): void {
    loadOptimizerState(this.type, this.#states, this.paramGroups, state)
    this.#partition.forget()
  }

  dispose(): void {
    for (const state of this.#states.values()) state.dispose()
    this.#states.clear()
    this.#partition.forget()
    this.#scalars.clear()
  }

  #update(
    { variable, state }: Member,
    gradient: Tensor,
    factors: FactorsAs<Taken, Scalar> & FactorsAs<DecayFactors, Scalar>,
    settings: Settings,
  ): void {
    const decayed = withDecay(tensorArithmetic, { parameter: variable, gradient }, factors, settings)
    variable.assign(this.updated(decayed.parameter, decayed.gradient, factors, state, settings))
  }

  #stateOf(name: string): ParameterState {
    let state = this.#states.get(name)
    if (state === undefined) {
      state = new ParameterState()
      this.#states.set(name, state)
    }
    return state
  }
}
