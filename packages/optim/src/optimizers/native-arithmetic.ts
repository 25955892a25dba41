import type { NativeId, NativeVariables } from '@hookloop/core'
import { type Arithmetic, Memory } from './arithmetic.js'
import type { ParameterState } from './parameter-state.js'

/** Rules as operations of native TensorFlow, called without tfjs around them. What they make is freed by `free`. */
export class NativeArithmetic implements Arithmetic<NativeId> {
  readonly #made = new Set<NativeId>()

  constructor(private readonly native: NativeVariables) {}

  readonly add = (a: NativeId, b: NativeId): NativeId => this.#compute('Add', a, b)
  readonly sub = (a: NativeId, b: NativeId): NativeId => this.#compute('Sub', a, b)
  readonly mul = (a: NativeId, b: NativeId): NativeId => this.#compute('Mul', a, b)
  readonly div = (a: NativeId, b: NativeId): NativeId => this.#compute('RealDiv', a, b)
  readonly maximum = (a: NativeId, b: NativeId): NativeId => this.#compute('Maximum', a, b)
  readonly neg = (a: NativeId): NativeId => this.#compute('Neg', a)
  readonly abs = (a: NativeId): NativeId => this.#compute('Abs', a)
  readonly sign = (a: NativeId): NativeId => this.#compute('Sign', a)
  readonly sqrt = (a: NativeId): NativeId => this.#compute('Sqrt', a)
  readonly square = (a: NativeId): NativeId => this.#compute('Square', a)
  readonly relu = (a: NativeId): NativeId => this.#compute('Relu', a)

  /** A value that the caller owns. */
  taken(id: NativeId): NativeId {
    return this.#made.delete(id) ? id : this.native.compute('Identity', [id])
  }

  free(): void {
    for (const id of this.#made) this.native.free(id)
    this.#made.clear()
  }

  #compute(op: string, ...inputs: readonly NativeId[]): NativeId {
    const id = this.native.compute(op, inputs)
    this.#made.add(id)
    return id
  }
}

/** What a rule remembers of a parameter. Is written when the rule is through. */
export class NativeMemory extends Memory<NativeId> {
  readonly #written = new Map<string, NativeId>()

  constructor(
    private readonly native: NativeVariables,
    arithmetic: NativeArithmetic,
    private readonly state: ParameterState,
    private readonly shape: number[],
  ) {
    super(arithmetic)
  }

  tensor(name: string, initial?: number): NativeId {
    return this.native.idOf(this.state.variable(name, this.shape, initial))
  }

  setTensor(name: string, value: NativeId): NativeId {
    this.#written.set(name, value)
    return value
  }

  /** @param taken gives a value that the variable may own */
  write(taken: (id: NativeId) => NativeId): void {
    for (const [name, value] of this.#written)
      this.native.assign(this.state.variable(name, this.shape), taken(value))
  }
}
