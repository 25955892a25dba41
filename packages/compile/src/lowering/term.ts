import type { GraphView } from './graph-view.js'

/**
 * What a value is made of: a name stands for anything, the same wherever it stands; a number for a constant that is filled
 * with it (rounded to float32); the rest for operations and constants of whole numbers.
 */
export type Term = string | number | OperationTerm | IntegersTerm

interface OperationTerm {
  readonly op: string
  readonly inputs: readonly Term[]
}

interface IntegersTerm {
  readonly integers: readonly number[]
}

export function operation(op: string, ...inputs: readonly Term[]): Term {
  return { op, inputs }
}

/** What names stand for. */
export type Bindings = ReadonlyMap<string, string>

/**
 * Whether a value is made as `term` says. Casts to the same type and reshapes that change no value are overlooked.
 * @param bindings what names stand for already
 * @returns what they stand for in the end; undefined where the value is another
 */
export function bind(
  view: GraphView,
  ref: string,
  term: Term,
  bindings: Bindings = new Map(),
): Bindings | undefined {
  const origin = view.origin(ref)
  if (typeof term === 'string') {
    const bound = bindings.get(term)
    if (bound === undefined) return new Map([...bindings, [term, origin]])
    return bound === origin ? bindings : undefined
  }
  if (typeof term === 'number') return view.fillOf(origin) === Math.fround(term) ? bindings : undefined
  if ('integers' in term)
    return view.integersOf(origin)?.join() === term.integers.join() ? bindings : undefined
  const inputs = view.inputsOf(term.op, origin)
  if (inputs?.length !== term.inputs.length) return undefined
  return term.inputs.reduce<Bindings | undefined>((bound, input, place) => {
    const ref = inputs[place]
    return bound === undefined || ref === undefined ? undefined : bind(view, ref, input, bound)
  }, bindings)
}
