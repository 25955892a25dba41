import { type NativeAttribute, type NativeId, type NativeVariables, ofFloats } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type DecayFactors, withDecay } from './decay.js'
import { NativeArithmetic, NativeMemory } from './native-arithmetic.js'
import type { OptimizerSettings } from './settings.js'
import { type Factors, type FactorsAs, type FactorValues, type Member, mapFactors } from './update-plan.js'
import type { UpdateRule } from './update-rule.js'

/** A rule as one operation of TensorFlow, which goes through memory once and writes in place. */
export interface FusedUpdate<Taken extends Factors> {
  /** Its inputs are the variables of parameter and slots, and then `inputs`. */
  readonly op: string
  readonly slots: readonly string[]
  readonly attributes: readonly NativeAttribute[]
  inputs(factors: FactorValues<Taken>): readonly (number | 'gradient')[]
}

/** Operations on variables do not lock them: nobody else writes. */
export const unlocked: NativeAttribute = { name: 'use_locking', type: 3, value: false }

/** Updates parameters with operations of native TensorFlow: one, where a rule is one, or else those of the rule. */
export class NativeUpdates<Taken extends Factors> {
  readonly #arithmetic: NativeArithmetic
  readonly #numbers = new Map<number, NativeId>()
  readonly #scalars: FactorsAs<Taken & DecayFactors, NativeId>

  constructor(
    private readonly native: NativeVariables,
    private readonly settings: OptimizerSettings,
    private readonly factors: FactorValues<Taken & DecayFactors>,
    private readonly rule: UpdateRule<Taken & DecayFactors>,
    private readonly fused: FusedUpdate<Taken> | undefined,
  ) {
    this.#arithmetic = new NativeArithmetic(native)
    this.#scalars = mapFactors(factors, (factor) => this.#scalar(factor))
  }

  update(member: Member, gradient: Tensor): void {
    try {
      if (this.fused === undefined) this.#compute(member, gradient)
      else this.#change(this.fused, member, gradient)
    } finally {
      this.#arithmetic.free()
    }
  }

  /** Frees the numbers of the update. */
  dispose(): void {
    for (const id of this.#numbers.values()) this.native.free(id)
    this.#numbers.clear()
  }

  #compute({ variable, state }: Member, gradient: Tensor): void {
    const { native } = this
    const arithmetic = this.#arithmetic
    const memory = new NativeMemory(native, arithmetic, state, variable.shape)
    const updated = this.rule(arithmetic, {
      parameter: native.idOf(variable),
      gradient: native.idOf(gradient),
      factors: this.#scalars,
      state: memory,
    })
    memory.write((id) => arithmetic.taken(id))
    native.assign(variable, arithmetic.taken(updated))
  }

  #change({ op, slots, attributes, inputs }: FusedUpdate<Taken>, member: Member, gradient: Tensor): void {
    const { native } = this
    const { variable, state } = member
    const before = { parameter: native.idOf(variable), gradient: native.idOf(gradient) }
    const decayed = withDecay(this.#arithmetic, before, this.#scalars, this.settings)
    if (decayed.parameter !== before.parameter)
      native.assign(variable, this.#arithmetic.taken(decayed.parameter))
    const kept = [variable, ...slots.map((name) => state.variable(name, variable.shape))]
    const numbers = inputs(this.factors).map((input) =>
      input === 'gradient' ? decayed.gradient : this.#scalar(input),
    )
    native.change(
      op,
      [ofFloats, unlocked, ...attributes],
      [...kept.map((one) => native.handleOf(one)), ...numbers],
    )
  }

  #scalar(value: number): NativeId {
    const id = this.#numbers.get(value) ?? this.native.scalar(value)
    this.#numbers.set(value, id)
    return id
  }
}
