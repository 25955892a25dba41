import type { StateTree } from '@hookloop/core'
import { add, fill, mul, type Scalar, Tensor, type Variable, variable } from '@tensorflow/tfjs-core'

/** Counts and other numbers that an optimizer keeps of a parameter, under PyTorch's names such as `step`. */
export type StateNumbers = Readonly<Record<string, number>>

/** Those of a parameter that was never updated. */
export const noNumbers: StateNumbers = {}

/** What an optimizer remembers of one parameter, under PyTorch's names such as `step` and `exp_avg`. Owns its tensors. */
export class ParameterState {
  /** Never changed in place: parameters that went the same way share one object. */
  numbers: StateNumbers = noNumbers
  readonly #tensors = new Map<string, Variable>()

  /** True while nothing was remembered. */
  get isEmpty(): boolean {
    return this.numbers === noNumbers && this.#tensors.size === 0
  }

  /** What was remembered under `name`; `initial` everywhere in a tensor as large as `like` where nothing was. */
  tensor(name: string, like: Tensor, initial = 0): Tensor {
    return this.#tensors.get(name) ?? this.setTensor(name, fill(like.shape, initial))
  }

  /** Moves what was remembered under `name` towards `value`. @returns `decay * before + rest * value` */
  average(name: string, value: Tensor, decay: Scalar, rest: Scalar): Tensor {
    return this.setTensor(name, add(mul(this.tensor(name, value), decay), mul(value, rest)))
  }

  /** The variable that holds what was remembered under `name`; made with `initial` everywhere where there is none. */
  variable(name: string, shape: number[], initial = 0): Variable {
    const present = this.#tensors.get(name)
    if (present !== undefined) return present
    const values = fill(shape, initial)
    const made = variable(values, false)
    values.dispose()
    this.#tensors.set(name, made)
    return made
  }

  /** Remembers the values of `tensor`, which stays the caller's. */
  setTensor<T extends Tensor>(name: string, tensor: T): T {
    const before = this.#tensors.get(name)
    if (before === undefined) this.#tensors.set(name, variable(tensor, false))
    else before.assign(tensor)
    return tensor
  }

  /** Its numbers and tensors; references, not copies. */
  toTree(): StateTree {
    return { ...this.numbers, ...Object.fromEntries(this.#tensors) }
  }

  /** Replaces all by copies of what `tree` holds. */
  load(tree: StateTree): void {
    this.dispose()
    const numbers: Record<string, number> = {}
    for (const [name, value] of Object.entries(tree)) {
      if (typeof value === 'number') numbers[name] = value
      else if (value instanceof Tensor) this.#tensors.set(name, variable(value, false))
    }
    this.numbers = numbers
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose()
    this.#tensors.clear()
    this.numbers = noNumbers
  }
}
