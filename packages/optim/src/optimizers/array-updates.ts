import type { ArrayVariables } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Loop, type LoopSource, loopSource } from './loop-source.js'
import type { Factors, FactorsAs, Member } from './update-plan.js'
import type { UpdateRule } from './update-rule.js'

const loops = new Map<string, Loop>()

/** Updates parameters by going over their values once, in JavaScript, instead of once for each operation of a rule. */
export class ArrayUpdates<Taken extends Factors> {
  readonly #loop: Loop
  readonly #factors: readonly number[]
  readonly #source: LoopSource

  /** @throws where code from text is forbidden; see {@link canMakeLoops} */
  constructor(
    private readonly arrays: ArrayVariables,
    factors: FactorsAs<Taken, number>,
    rule: UpdateRule<Taken>,
  ) {
    this.#factors = Object.values<number>(factors).map(Math.fround)
    this.#source = loopSource(factors, rule)
    this.#loop = loopOf(this.#source.text)
  }

  update({ variable, state }: Member, gradient: Tensor): void {
    const slots = [...this.#source.slots].map(([name, initial]) =>
      state.variable(name, variable.shape, initial),
    )
    this.arrays.update([variable, ...slots], (values) =>
      this.#loop(
        this.#factors,
        this.arrays.valuesOf(gradient),
        values.map(({ before }) => before),
        values.map(({ after }) => after),
      ),
    )
  }
}

let isAllowed: boolean | undefined

/** False in a page whose content security policy forbids code from text. */
export function canMakeLoops(): boolean {
  if (isAllowed === undefined)
    try {
      isAllowed = new Function('return true')() === true
    } catch {
      isAllowed = false
    }
  return isAllowed
}

function loopOf(text: string): Loop {
  const present = loops.get(text)
  if (present !== undefined) return present
  const loop: Loop = new Function('f', text)(Math.fround)
  loops.set(text, loop)
  return loop
}
