import type { StateTree } from '@hookloop/core'
import { keep, Tensor } from '@tensorflow/tfjs-core'

/** What an optimizer remembers of one parameter, under PyTorch's names such as `step` and `exp_avg`. Owns its tensors. */
export class ParameterState {
  readonly #numbers = new Map<string, number>()
  readonly #tensors = new Map<string, Tensor>()

  /** Counts an update. @returns the number of updates so far, 1 for the first */
  nextStep(): number {
    return this.setNumber('step', (this.#numbers.get('step') ?? 0) + 1)
  }

  number(name: string): number | undefined {
    return this.#numbers.get(name)
  }

  setNumber(name: string, value: number): number {
    this.#numbers.set(name, value)
    return value
  }

  tensor(name: string): Tensor | undefined {
    return this.#tensors.get(name)
  }

  /** Takes over `tensor`, which must belong to nobody else, in place of what was there. */
  setTensor(name: string, tensor: Tensor): Tensor {
    this.#tensors.get(name)?.dispose()
    this.#tensors.set(name, keep(tensor))
    return tensor
  }

  /** Its numbers and tensors; references, not copies. */
  toTree(): StateTree {
    return { ...Object.fromEntries(this.#numbers), ...Object.fromEntries(this.#tensors) }
  }

  /** Replaces all by copies of what `tree` holds. */
  load(tree: StateTree): void {
    this.dispose()
    for (const [name, value] of Object.entries(tree)) {
      if (typeof value === 'number') this.#numbers.set(name, value)
      else if (value instanceof Tensor) this.#tensors.set(name, keep(value.clone()))
    }
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose()
    this.#tensors.clear()
    this.#numbers.clear()
  }
}
