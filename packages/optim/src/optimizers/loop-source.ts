import { type Arithmetic, Memory } from './arithmetic.js'
import { type Factors, type FactorsAs, mapFactors } from './update-plan.js'
import type { UpdateRule } from './update-rule.js'

/** A rule as a loop in JavaScript that goes over all elements once. */
export interface LoopSource {
  /** The body of a function of `f`, which is `Math.fround`, that returns a {@link Loop}. */
  readonly text: string
  /** What it remembers: names, and the values before the first update. */
  readonly slots: ReadonlyMap<string, number>
}

/**
 * @param factors in the order in which the rule names them, rounded to float32
 * @param before of the parameter, and then of the slots; `after` likewise, which may be the same arrays
 */
export type Loop = (
  factors: readonly number[],
  gradient: Float32Array,
  before: readonly Float32Array[],
  after: readonly Float32Array[],
) => void

/**
 * Writes down what a rule does with an element. No name from outside gets into the text. Every operation rounds to float32,
 * as it does over tensors, so that results are the same bits.
 */
export function loopSource<Taken extends Factors>(
  factors: FactorsAs<Taken, number>,
  rule: UpdateRule<Taken>,
): LoopSource {
  const writer = new ElementWriter()
  const memory = new WrittenMemory(writer)
  let numFactors = 0
  const named = mapFactors<Taken, number, string>(factors, () => `k${numFactors++}`)
  const updated = rule<string>(writer, { parameter: 'p', gradient: 'g', factors: named, state: memory })
  const slots = [...memory.slots.keys()]
  const declared = [
    ...Array.from({ length: numFactors }, (_, index) => `k${index} = factors[${index}]`),
    ...[-1, ...slots.keys()].map(
      (slot) => `b${slot + 1} = before[${slot + 1}], a${slot + 1} = after[${slot + 1}]`,
    ),
  ]
  const text = [
    'return (factors, gradient, before, after) => {',
    `const ${declared.join(', ')}`,
    'for (let i = 0; i < gradient.length; i++) {',
    'const p = b0[i], g = gradient[i]',
    ...slots.map((_, slot) => `const s${slot} = b${slot + 1}[i]`),
    ...writer.lines,
    `a0[i] = ${updated}`,
    ...slots.map((name, slot) => `a${slot + 1}[i] = ${memory.written.get(name) ?? `s${slot}`}`),
    '}',
    '}',
  ].join('\n')
  return { text, slots: memory.slots }
}

class ElementWriter implements Arithmetic<string> {
  readonly lines: string[] = []

  readonly add = (a: string, b: string): string => this.#value(`${a} + ${b}`)
  readonly sub = (a: string, b: string): string => this.#value(`${a} - ${b}`)
  readonly mul = (a: string, b: string): string => this.#value(`${a} * ${b}`)
  readonly div = (a: string, b: string): string => this.#value(`${a} / ${b}`)
  readonly maximum = (a: string, b: string): string => this.#value(`Math.max(${a}, ${b})`)
  readonly neg = (a: string): string => this.#value(`-${a}`)
  readonly abs = (a: string): string => this.#value(`Math.abs(${a})`)
  readonly sign = (a: string): string => this.#value(`Math.sign(${a})`)
  readonly sqrt = (a: string): string => this.#value(`Math.sqrt(${a})`)
  readonly square = (a: string): string => this.mul(a, a)
  readonly relu = (a: string): string => this.#value(`Math.max(0, ${a})`)

  #value(expression: string): string {
    const name = `t${this.lines.length}`
    this.lines.push(`const ${name} = f(${expression})`)
    return name
  }
}

class WrittenMemory extends Memory<string> {
  readonly slots = new Map<string, number>()
  readonly written = new Map<string, string>()

  tensor(name: string, initial = 0): string {
    if (!this.slots.has(name)) this.slots.set(name, initial)
    return `s${[...this.slots.keys()].indexOf(name)}`
  }

  setTensor(name: string, value: string): string {
    this.tensor(name)
    this.written.set(name, value)
    return value
  }
}
