import { type Duration, inIters, lengthOf, parseDuration, type Runner, type StateTree } from '@hookloop/core'

/** A length of training that begins anew with each improvement. */
export class TrainingSpan {
  #iter = 0
  #seconds = 0

  constructor(private readonly length: Duration) {}

  begin({ iter, clock }: Runner): void {
    this.#iter = iter
    this.#seconds = clock.seconds
  }

  isOver(runner: Runner): boolean {
    const { count, unit } = parseDuration(this.length)
    if (unit === 's') return runner.clock.seconds - this.#seconds >= count
    return runner.iter - this.#iter >= inIters(this.length, 'it', lengthOf(runner))
  }

  stateDict(): StateTree {
    return { bestIter: this.#iter, bestSeconds: this.#seconds }
  }

  loadStateDict({ bestIter, bestSeconds }: StateTree): void {
    if (typeof bestIter === 'number') this.#iter = bestIter
    if (typeof bestSeconds === 'number') this.#seconds = bestSeconds
  }
}
