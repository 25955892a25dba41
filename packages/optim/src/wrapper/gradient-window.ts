import { type Gradients, HookloopError, type NamedParameter, type StateTree } from '@hookloop/core'
import { add, Tensor, type Variable, variable } from '@tensorflow/tfjs-core'

/**
 * Sums of gradients by parameter name, kept between passes until an update uses them. Its variables stay for the next
 * window; only counting tells which of them hold something.
 */
export class GradientWindow {
  readonly #sums = new Map<string, Variable>()
  #filled: ReadonlySet<string> = new Set()

  /** The names that hold a sum. */
  get filled(): ReadonlySet<string> {
    return this.#filled
  }

  /** Adds to the sums, which {@link count} must follow; the gradients stay the caller's. */
  add(gradients: Gradients): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      const sum = this.#sums.get(name)
      if (sum === undefined) this.#sums.set(name, variable(gradient, false))
      else sum.assign(this.#filled.has(name) ? add(sum, gradient) : gradient)
    }
  }

  /** The gradients of these parameters were added. */
  count(names: readonly string[]): void {
    if (!names.every((name) => this.#filled.has(name))) this.#filled = new Set([...this.#filled, ...names])
  }

  /** The sums with `gradients` added, which the caller owns; those kept stay as they are. */
  plus(gradients: Gradients): Gradients {
    const total: Gradients = { ...gradients }
    for (const name of this.#filled) {
      const [sum, gradient] = [this.#sums.get(name), total[name]]
      if (sum !== undefined) total[name] = gradient === undefined ? sum.clone() : add(sum, gradient)
    }
    return total
  }

  /** The next window begins. */
  clear(): void {
    if (this.#filled.size > 0) this.#filled = new Set()
  }

  /** References, not copies. */
  toTree(): StateTree {
    return Object.fromEntries([...this.#sums].filter(([name]) => this.#filled.has(name)))
  }

  /**
   * Replaces all by copies of what `tree` holds.
   * @throws `HL_OPTIM_STATE` for what fits none of the parameters; nothing is changed then
   */
  load(tree: StateTree, parameters: readonly NamedParameter[]): void {
    checkFits(tree, parameters)
    this.dispose()
    for (const [name, value] of Object.entries(tree)) {
      if (value instanceof Tensor) this.#sums.set(name, variable(value, false))
    }
    this.#filled = new Set(this.#sums.keys())
  }

  dispose(): void {
    for (const sum of this.#sums.values()) sum.dispose()
    this.#sums.clear()
    this.#filled = new Set()
  }
}

function checkFits(tree: StateTree, parameters: readonly NamedParameter[]): void {
  const shapes = new Map(parameters.map(({ name, variable }) => [name, variable.shape]))
  for (const [name, value] of Object.entries(tree)) {
    if (value instanceof Tensor && String(value.shape) === String(shapes.get(name))) continue
    throw new HookloopError(
      'HL_OPTIM_STATE',
      `the accumulated gradient of '${name}' in the state fits no parameter of this run; use the model that it was saved with`,
    )
  }
}
