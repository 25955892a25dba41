import type { ProfileSchedule } from './options.js'

/** How long a profile is, and which of its steps are recorded. Steps are counted from 0. */
export class ProfilePlan {
  readonly byEpoch: boolean
  readonly #steps: number
  readonly #schedule: Required<ProfileSchedule> | undefined

  /**
   * @param byEpoch whether it ends with the first epoch instead of after `profileTimes` steps
   * @param schedule records everything where there is none
   */
  constructor(byEpoch: boolean, profileTimes: number, schedule?: ProfileSchedule | null) {
    this.byEpoch = byEpoch
    this.#steps = byEpoch ? Number.POSITIVE_INFINITY : profileTimes
    if (schedule) this.#schedule = { wait: 0, warmup: 0, repeat: 0, skipFirst: 0, ...schedule }
  }

  records(step: number): boolean {
    if (this.#schedule === undefined) return true
    const { skipFirst, wait, warmup } = this.#schedule
    return step >= skipFirst && (step - skipFirst) % this.#cycle >= wait + warmup
  }

  /** True for the last recorded step of a cycle. */
  endsCycle(step: number): boolean {
    if (this.#schedule === undefined) return false
    const { skipFirst } = this.#schedule
    return step >= skipFirst && (step - skipFirst + 1) % this.#cycle === 0
  }

  /** True when nothing is left to record after so many steps. */
  isOverAfter(steps: number): boolean {
    if (steps >= this.#steps) return true
    if (this.#schedule === undefined || this.#schedule.repeat === 0) return false
    return steps >= this.#schedule.skipFirst + this.#schedule.repeat * this.#cycle
  }

  get #cycle(): number {
    const { wait = 0, warmup = 0, active = 1 } = this.#schedule ?? {}
    return wait + warmup + active
  }
}
