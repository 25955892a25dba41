import type { DerivedFactor } from '../lowering/fused-updates.js'
import type { PlannedPass } from './planned-pass.js'

/** The factors of updates that change from step to step, such as learning rates; those of one step after the other. */
export class StepFactors {
  readonly values: Float32Array
  /** Of one step: those that optimizers plan, then those that the graph wants of them. */
  readonly #each: number

  constructor(
    numPlanned: number,
    private readonly derived: readonly DerivedFactor[],
    mostSteps: number,
  ) {
    this.#each = numPlanned + derived.length
    this.values = new Float32Array(mostSteps * this.#each)
  }

  set(step: number, passes: readonly PlannedPass[]): void {
    if (this.#each === 0) return
    const planned =
      passes.length === 1 && passes[0] ? passes[0].plan.factors : passes.flatMap(({ plan }) => plan.factors)
    const begin = step * this.#each
    this.values.set(planned, begin)
    this.derived.forEach((derive, index) => {
      this.values[begin + planned.length + index] = derive(planned)
    })
  }

  /** The first steps are made; those after them come first now. */
  shift(numSteps: number): void {
    this.values.copyWithin(0, numSteps * this.#each)
  }
}
