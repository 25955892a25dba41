import { engine, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core'

/** Lets variables be written, and gives them back the values that they had; new ones those that they were made with. */
export class VariableValues {
  readonly #before = new Map<Variable, Tensor>()

  /** @param variables whose values are remembered; a clone shares the data, so this copies nothing */
  constructor(variables: readonly Variable[]) {
    for (const variable of variables) this.#remember(variable)
  }

  /** Runs an action, and remembers the variables that it makes as they were made. */
  whileMaking<Result>(action: () => Result): Result {
    const tfjs = engine()
    const { makeVariable } = tfjs
    tfjs.makeVariable = (...made) => {
      const variable = makeVariable.apply(tfjs, made)
      this.#remember(variable)
      return variable
    }
    try {
      return action()
    } finally {
      Reflect.deleteProperty(tfjs, 'makeVariable')
    }
  }

  /** The variables that have other values now. */
  get written(): Variable[] {
    return [...this.#before]
      .filter(([variable, { dataId }]) => !variable.isDisposed && variable.dataId !== dataId)
      .map(([variable]) => variable)
  }

  restore(): void {
    for (const [variable, value] of this.#before) {
      if (!variable.isDisposed && variable.dataId !== value.dataId) variable.assign(value)
      value.dispose()
    }
    this.#before.clear()
  }

  #remember(variable: Variable): void {
    this.#before.set(variable, keep(variable.clone()))
  }
}
