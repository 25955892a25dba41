import type { ArrayVariables, OpenValues } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { Memory } from './arithmetic.js'
import { ArrayArithmetic, blockSize, type Elements } from './array-arithmetic.js'
import { type Factors, type FactorsAs, type Member, mapFactors } from './update-plan.js'
import type { UpdateRule } from './update-rule.js'

const arithmetic = new ArrayArithmetic()

/**
 * Updates parameters by going through their values in JavaScript, a block at a time, instead of through all of them with one
 * operation after another. The results are the same bits.
 */
export class ArrayUpdates<Taken extends Factors> {
  readonly #factors: FactorsAs<Taken, Elements>
  readonly #slots: ReadonlyMap<string, number>

  constructor(
    private readonly arrays: ArrayVariables,
    factors: FactorsAs<Taken, number>,
    private readonly rule: UpdateRule<Taken>,
  ) {
    this.#factors = mapFactors(factors, Math.fround)
    this.#slots = slotsOf(rule, this.#factors)
  }

  update({ variable, state }: Member, gradient: Tensor): void {
    const { arrays } = this
    const slots = [...this.#slots].map(([name, initial]) => state.variable(name, variable.shape, initial))
    const [parameter, ...opened] = arrays.open([variable, ...slots])
    if (parameter === undefined) return
    const memory = new ArrayMemory(
      new Map([...this.#slots.keys()].map((name, index) => [name, opened[index]])),
    )
    const uphill = arrays.valuesOf(gradient)
    for (let begin = 0; begin < uphill.length; begin += blockSize) {
      const end = Math.min(begin + blockSize, uphill.length)
      arithmetic.begin(end - begin)
      memory.begin(begin, end)
      const updated = this.rule(arithmetic, {
        parameter: parameter.before.subarray(begin, end),
        gradient: uphill.subarray(begin, end),
        factors: this.#factors,
        state: memory,
      })
      memory.end()
      write(parameter.after, begin, end, updated)
    }
  }
}

/** What a rule remembers of a block. Is written when the rule is through, since it may still look at what was before. */
class ArrayMemory extends Memory<Elements> {
  readonly #written = new Map<string, Elements>()
  #begin = 0
  #end = 0

  constructor(private readonly slots: ReadonlyMap<string, OpenValues | undefined>) {
    super(arithmetic)
  }

  begin(begin: number, end: number): void {
    this.#begin = begin
    this.#end = end
  }

  tensor(name: string, initial = 0): Elements {
    return this.slots.get(name)?.before.subarray(this.#begin, this.#end) ?? initial
  }

  setTensor(name: string, value: Elements): Elements {
    this.#written.set(name, value)
    return value
  }

  end(): void {
    for (const [name, slot] of this.slots)
      if (slot !== undefined)
        write(slot.after, this.#begin, this.#end, this.#written.get(name) ?? this.tensor(name))
  }
}

/** Learns what a rule remembers. */
class NoMemory extends Memory<Elements> {
  /** The initial values by name. */
  readonly slots = new Map<string, number>()

  constructor() {
    super(arithmetic)
  }

  tensor(name: string, initial = 0): Elements {
    this.slots.set(name, initial)
    return initial
  }

  setTensor(name: string, value: Elements): Elements {
    if (!this.slots.has(name)) this.slots.set(name, 0)
    return value
  }
}

function slotsOf<Taken extends Factors>(
  rule: UpdateRule<Taken>,
  factors: FactorsAs<Taken, Elements>,
): ReadonlyMap<string, number> {
  const state = new NoMemory()
  arithmetic.begin(0)
  rule<Elements>(arithmetic, { parameter: 0, gradient: 0, factors, state })
  return state.slots
}

function write(to: Float32Array, begin: number, end: number, values: Elements): void {
  if (typeof values === 'number') to.fill(values, begin, end)
  else to.set(values.length === end - begin ? values : values.subarray(0, end - begin), begin)
}
