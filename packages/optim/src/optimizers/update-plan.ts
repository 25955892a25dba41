import type { NamedParameter, ParamGroup } from '@hookloop/core'
import type { Scalar } from '@tensorflow/tfjs-core'
import type { ParameterState, StateNumbers } from './parameter-state.js'
import type { UpdatePlan } from './planned-optimizer.js'

/** The numbers of an update as tensors, by name. */
export type Factors<Name extends string = string> = Readonly<Partial<Record<Name, Scalar>>>

/** The same numbers as other values. */
export type FactorsAs<Taken extends Factors, Value> = { readonly [Name in keyof Taken]: Value }

/** The same numbers before they are tensors. */
export type FactorValues<Taken extends Factors> = FactorsAs<Taken, number>

/** A parameter and what is remembered of it. */
export interface Member extends NamedParameter {
  readonly state: ParameterState
}

/** Parameters of a group that went the same way so far, so that they share the numbers of an update. */
interface Part<Settings> {
  readonly settings: ParamGroup & Settings
  readonly members: readonly Member[]
}

/** A part with the numbers of one update. */
export interface PlannedPart<Settings> extends Part<Settings> {
  readonly numbersBefore: StateNumbers
  readonly numbersAfter: StateNumbers
  readonly factorNames: readonly string[]
  /** Where its factors begin among those of the plan. */
  readonly offset: number
}

export interface PartedPlan<Settings> extends UpdatePlan {
  readonly parts: readonly PlannedPart<Settings>[]
}

/** How a rule counts, and which numbers it takes. */
export interface NumberRule<Settings> {
  numbersAfter(settings: Settings, before: StateNumbers): StateNumbers
  factors(settings: Settings, numbers: StateNumbers): Readonly<Record<string, number>>
}

/** Divides the trainable parameters of all groups into parts; remembers how until something changes. */
export class Partition<Settings extends object> {
  #parts: readonly Part<Settings>[] | undefined
  #frozen: readonly NamedParameter[] = []
  #names = ''

  constructor(
    private readonly groups: readonly (ParamGroup & Settings)[],
    private readonly stateOf: (name: string) => ParameterState,
    private readonly rule: NumberRule<Settings>,
  ) {}

  plan(): PartedPlan<Settings> {
    const current = this.#current()
    const factors: number[] = []
    let branch = this.#names
    const parts = current.map((part) => {
      const [first] = part.members
      const numbersBefore = first?.state.numbers ?? {}
      const numbersAfter = this.rule.numbersAfter(part.settings, numbersBefore)
      const own = this.rule.factors(part.settings, numbersAfter)
      const { settings, members } = part
      const factorNames: string[] = []
      const offset = factors.length
      branch += `|${waysOf(settings)}`
      for (const name in own) {
        factorNames.push(name)
        factors.push(own[name] ?? Number.NaN)
        branch += `,${name}`
      }
      // Without a spread, which costs more than all else: a plan is made for every step.
      return { settings, members, numbersBefore, numbersAfter, factorNames, offset }
    })
    return { parts, factors, branch }
  }

  /** Call after states or their numbers were replaced. */
  forget(): void {
    this.#parts = undefined
  }

  #current(): readonly Part<Settings>[] {
    if (this.#parts === undefined || !this.#parts.every(isWhole) || this.#frozen.some(isTrainable)) {
      this.#frozen = this.groups.flatMap(({ params }) =>
        params.filter((parameter) => !isTrainable(parameter)),
      )
      this.#parts = this.groups.flatMap((group) => this.#divide(group))
      this.#names = this.#parts.map(describe).join(';')
    }
    return this.#parts
  }

  #divide(settings: ParamGroup & Settings): Part<Settings>[] {
    const parts = new Map<StateNumbers, Member[]>()
    for (const { name, variable } of settings.params.filter(isTrainable)) {
      const state = this.stateOf(name)
      const part = parts.get(state.numbers)
      if (part === undefined) parts.set(state.numbers, [{ name, variable, state }])
      else part.push({ name, variable, state })
    }
    return [...parts.values()].map((members) => ({ settings, members }))
  }
}

/** The factors of a part; `Taken` is what the rule that named them says of them. */
export function factorsOf<Taken extends Factors, Value>(
  { factorNames, offset }: PlannedPart<unknown>,
  factorAt: (index: number) => Value,
): FactorsAs<Taken, Value> {
  const factors: Record<string, Value> = {}
  factorNames.forEach((name, index) => {
    factors[name] = factorAt(offset + index)
  })
  return factors as FactorsAs<Taken, Value>
}

/** The same factors as other values. */
export function mapFactors<Taken extends Factors, From, To>(
  factors: FactorsAs<Taken, From>,
  change: (factor: From) => To,
): FactorsAs<Taken, To> {
  const changed: Record<string, To> = {}
  for (const [name, factor] of Object.entries<From>(factors)) changed[name] = change(factor)
  return changed as FactorsAs<Taken, To>
}

function isWhole({ members }: Part<unknown>): boolean {
  const numbers = members[0]?.state.numbers
  return members.every((member) => member.state.numbers === numbers && isTrainable(member))
}

function isTrainable({ variable }: NamedParameter): boolean {
  return variable.trainable
}

/** Whose update it is. */
function describe({ members }: Part<unknown>): string {
  return JSON.stringify(members.map(({ name }) => name))
}

/** By which of its ways a rule computes that is given these settings: what is on, and which numbers are 0. Rates may be. */
function waysOf(settings: Readonly<Record<string, unknown>>): string {
  let ways = ''
  for (const name in settings) {
    const value = settings[name]
    if (value === true || typeof value === 'string') ways += ` ${name}=${value}`
    else if (value === 0 && name !== 'lr') ways += ` ${name}=0`
  }
  return ways
}
