import type { ValidationPlan } from '../runner/options.js'

/** Decides when a training loop validates; counts finished epochs or iterations. */
export class ValidationSchedule {
  readonly begin: number
  readonly #plan: ValidationPlan
  readonly #defaultInterval: number
  readonly #maximum: number

  /** @param maximum length of the run: a last validation happens there in any case */
  constructor(plan: ValidationPlan, defaultInterval: number, maximum: number) {
    this.begin = plan.valBegin ?? 1
    this.#plan = plan
    this.#defaultInterval = defaultInterval
    this.#maximum = maximum
  }

  /**
   * The interval in force for the decision after `finished`. A milestone already governs the decision one
   * before it, as in MMEngine.
   */
  intervalAt(finished: number): number {
    let interval = this.#plan.valInterval ?? this.#defaultInterval
    for (const [milestone, next] of this.#plan.dynamicIntervals ?? []) {
      if (finished + 1 >= milestone) interval = next
    }
    return interval
  }

  isDue(finished: number): boolean {
    if (finished < this.begin) return false
    return finished % this.intervalAt(finished) === 0 || finished === this.#maximum
  }
}
