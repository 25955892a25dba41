import type { LookBudget } from './look-budget.js'

/** Each of the first runs is looked at, */
const first = 8
/** then those at the numbers of Fibonacci, */
const farther = [13, 21, 34, 55, 89, 144, 233, 377, 610, 987]
const farthest = 987
/** then one in so many: a prime, so that what comes in a rhythm is met at each of its beats. */
const longestWait = 997

/** So many runs after it was recorded, a step is looked at next. @param runs since it was recorded */
export function nextLook(runs: number): number {
  if (runs < first) return runs + 1
  const waits = Math.floor((runs - farthest) / longestWait) + 1
  return farther.find((look) => look > runs) ?? farthest + waits * longestWait
}

/**
 * Knows when a step is to be looked at, before it runs, to see whether it is still what was recorded: after so many runs, and at
 * the first run of each epoch, validation and test as far as the budget goes.
 */
export class Looks {
  #recordedAt = 0
  #lastLook = 0
  #nextLook = 1
  #epoch: number | undefined

  constructor(private readonly budget: LookBudget) {}

  isDue(runs: number, epoch: number): boolean {
    return runs >= this.#nextLook || (epoch !== this.#epoch && this.budget.allowsMore)
  }

  /** The step was recorded before the run of this number. */
  restart(runs: number, epoch: number): void {
    this.#recordedAt = runs
    this.note(runs, epoch)
  }

  /** A look before the run of this number found the step as it was. */
  note(runs: number, epoch: number): void {
    this.#lastLook = runs
    this.#epoch = epoch
    this.#nextLook = this.#recordedAt + nextLook(runs - this.#recordedAt)
  }

  /** How many runs there were since the last that was looked at. */
  runsUnseen(runs: number): number {
    return Math.max(0, runs - this.#lastLook - 1)
  }
}
