import type { Duration } from '../duration/duration.js'
import { inIters, type ResolvedInterval, type RunLength, resolveInterval } from '../duration/interval.js'
import type { RunClock } from '../duration/run-clock.js'
import type { ValidationPlan } from '../runner/options.js'

/** Where a training loop stands. */
export interface Finished {
  readonly epochs: number
  readonly iters: number
}

/** Decides when a training loop validates. */
export class ValidationSchedule {
  readonly #resolved = new Map<Duration, ResolvedInterval>()

  /**
   * @param unit what plain numbers count, and milestones
   * @param length of the run
   */
  constructor(
    private readonly plan: ValidationPlan,
    private readonly unit: 'ep' | 'it',
    private readonly length: RunLength,
    private readonly clock: RunClock,
  ) {}

  /** In the unit of the loop. */
  get begin(): number {
    const { valBegin = 1 } = this.plan
    return typeof valBegin === 'number' ? valBegin : this.#inUnit(inIters(valBegin, this.unit, this.length))
  }

  /** The interval in force, in the unit of the loop; infinite where it is a time. */
  intervalAt(finished: Finished): number {
    const { unit, every } = this.#intervalAt(finished)
    if (unit === 's') return Number.POSITIVE_INFINITY
    return unit === this.unit ? every : this.#inUnit(every)
  }

  /** Between two iterations. @param isEnd a last validation happens in any case */
  isDueAfterIter(finished: Finished, isEnd: boolean): boolean {
    if (isEnd) return this.#hasBegun(finished)
    const { unit, every } = this.#intervalAt(finished)
    if (unit === 's') return this.clock.hasPassed(every) && this.#hasBegun(finished)
    return this.isDueByCount(finished)
  }

  /** As {@link isDueAfterIter}, of iterations that are still to come. */
  isDueByCount(finished: Finished): boolean {
    const { unit, every } = this.#intervalAt(finished)
    return unit === 'it' && finished.iters % every === 0 && this.#hasBegun(finished)
  }

  /** Between two epochs. @param isEnd a last validation happens, unless it was made between iterations just before */
  isDueAfterEpoch(finished: Finished, isEnd: boolean): boolean {
    const { unit, every } = this.#intervalAt(finished)
    const isDue =
      unit === 'ep' ? isEnd || finished.epochs % every === 0 : isEnd && !this.isDueByCount(finished)
    return isDue && this.#hasBegun(finished)
  }

  #hasBegun(finished: Finished): boolean {
    const { valBegin } = this.plan
    if (valBegin === undefined) return true
    if (typeof valBegin === 'number') return this.#count(finished) >= valBegin
    return finished.iters >= inIters(valBegin, this.unit, this.length)
  }

  /** A milestone already governs the decision one before it, as in MMEngine. */
  #intervalAt(finished: Finished): ResolvedInterval {
    const { valInterval = this.unit === 'ep' ? 1 : 1000, dynamicIntervals = [] } = this.plan
    let interval: Duration = valInterval
    for (const [milestone, next] of dynamicIntervals) {
      if (this.#count(finished) + 1 >= milestone) interval = next
    }
    const resolved = this.#resolved.get(interval) ?? resolveInterval(interval, this.unit, this.length)
    this.#resolved.set(interval, resolved)
    return resolved
  }

  #count({ epochs, iters }: Finished): number {
    return this.unit === 'ep' ? epochs : iters
  }

  #inUnit(iters: number): number {
    return this.unit === 'ep' ? iters / this.length.epochLength : iters
  }
}
