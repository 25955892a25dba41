import type { Gradients, StateTree } from '@hookloop/core'
import { add, keep, Tensor } from '@tensorflow/tfjs-core'

/** Sums of gradients by parameter name, kept between passes until an update uses them. Owns its tensors. */
export class GradientWindow {
  readonly #sums = new Map<string, Tensor>()

  /** Adds to the sums; the gradients stay the caller's. */
  add(gradients: Gradients): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = this.#sums.get(name)
      this.#sums.set(name, keep(sum === undefined ? gradient.clone() : add(sum, gradient)))
      sum?.dispose()
    }
  }

  /** The sums with `gradients` added, which the caller owns; those kept stay as they are. */
  plus(gradients: Gradients): Gradients {
    if (this.#sums.size === 0) return gradients
    const total: Gradients = { ...gradients }
    for (const [name, sum] of this.#sums) {
      const gradient = total[name]
      total[name] = gradient === undefined ? sum.clone() : add(sum, gradient)
    }
    return total
  }

  /** References, not copies. */
  toTree(): StateTree {
    return Object.fromEntries(this.#sums)
  }

  /** Replaces all by copies of what `tree` holds. */
  load(tree: StateTree): void {
    this.clear()
    for (const [name, value] of Object.entries(tree)) {
      if (value instanceof Tensor) this.#sums.set(name, keep(value.clone()))
    }
  }

  clear(): void {
    for (const sum of this.#sums.values()) sum.dispose()
    this.#sums.clear()
  }
}
