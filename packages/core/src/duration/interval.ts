import { isEvery, nextOfEveryN } from '../hook/every.js'
import type { Runner } from '../runner/runner.js'
import { type Count, type Duration, type DurationUnit, parseDuration } from './duration.js'

/** What durations are measured against. */
export interface RunLength {
  /** Iterations of an epoch. */
  readonly epochLength: number
  /** Iterations of the whole run. */
  readonly maxIters: number
  /** False where the whole run is one epoch, as for the loop of iterations. */
  readonly hasEpochs: boolean
}

/** The length of a run, for {@link inIters}. */
export function lengthOf({ trainLoop, trainDataLoader, maxIters }: Runner): RunLength {
  return { epochLength: trainDataLoader?.length ?? 1, maxIters, hasEpochs: trainLoop?.hasEpochs !== false }
}

/**
 * A duration in iterations; a part of one counts as a whole.
 * @param unit what plain numbers count
 * @throws `HL_CONFIG` for a time, and what is no duration
 */
export function inIters(
  duration: Duration,
  unit: DurationUnit,
  { epochLength, maxIters }: Pick<RunLength, 'epochLength' | 'maxIters'>,
): number {
  const parsed = parseDuration(duration, unit, ['ep', 'it', '%'])
  const lengths = { it: 1, ep: epochLength, '%': maxIters / 100, s: Number.NaN }
  // Without the rounding 10 % of 30 would be 4: 0.1 has no exact binary form.
  return Math.ceil(Number((parsed.count * lengths[parsed.unit]).toFixed(6)))
}

/** An interval in the unit in which it ends: with an epoch, with an iteration, or between two by the clock. */
export interface ResolvedInterval {
  readonly unit: 'ep' | 'it' | 's'
  readonly every: number
}

/**
 * Whole epochs are epochs where the run has some; other texts of epochs, and shares, become iterations.
 * @param unit what plain numbers count
 */
export function resolveInterval(every: Duration, unit: 'ep' | 'it', length: RunLength): ResolvedInterval {
  if (typeof every === 'number') return { unit, every }
  const parsed = parseDuration(every)
  if (parsed.unit === 's') return { unit: 's', every: parsed.count }
  if (parsed.unit === 'ep' && length.hasEpochs && Number.isInteger(parsed.count))
    return { unit: 'ep', every: parsed.count }
  return { unit: 'it', every: inIters(every, unit, length) }
}

/**
 * What an option such as `interval` of a hook means in its run: every so many epochs, iterations, or so much time.
 *
 * ```ts
 * readonly #interval = new Interval(this.options.interval ?? '30min', 'it')
 * override afterTrainIter(runner: Runner) {
 *   if (this.#interval.endsWithIter(runner)) …
 * }
 * override nextNeed(runner: Runner) {
 *   return this.#interval.nextNeed(runner)
 * }
 * ```
 */
export class Interval {
  #loop: Runner['trainLoop']
  #resolved: (ResolvedInterval & { readonly begin: number }) | undefined

  /**
   * @param unit what plain numbers count
   * @param begin from where it counts, in the same unit where it is a number. Default 0
   */
  constructor(
    readonly every: Duration,
    private readonly unit: 'ep' | 'it',
    private readonly begin: Count = 0,
  ) {}

  /** What it counts there: epochs, iterations or seconds. */
  unitIn(runner: Runner): ResolvedInterval['unit'] {
    return this.#in(runner).unit
  }

  /** For `afterTrainEpoch`: one of these intervals ends with the running epoch. */
  endsWithEpoch(runner: Runner): boolean {
    const { unit, every, begin } = this.#in(runner)
    return unit === 'ep' && isEvery(runner.epoch + 1, every, begin)
  }

  /** For `afterTrainIter`: one ends with the running iteration, and not with an epoch. */
  endsWithIter(runner: Runner): boolean {
    const { unit, every, begin } = this.#in(runner)
    const finished = runner.iter + 1
    if (unit === 's') return finished >= begin && runner.clock.hasPassed(every)
    return unit === 'it' && isEvery(finished, every, begin)
  }

  /** For a hook's `nextNeed`. By the clock intervals end only where everything is computed, so that they need nothing. */
  nextNeed(runner: Runner): number {
    const { unit, every, begin } = this.#in(runner)
    return unit === 'it' ? nextOfEveryN(runner.iter, every, begin) : Number.POSITIVE_INFINITY
  }

  #in(runner: Runner): ResolvedInterval & { readonly begin: number } {
    if (this.#resolved !== undefined && this.#loop === runner.trainLoop) return this.#resolved
    const length = lengthOf(runner)
    const resolved = resolveInterval(this.every, this.unit, length)
    this.#loop = runner.trainLoop
    this.#resolved = { ...resolved, begin: this.#beginIn(resolved.unit, length) }
    return this.#resolved
  }

  #beginIn(unit: ResolvedInterval['unit'], length: RunLength): number {
    if (typeof this.begin === 'number' && unit === this.unit) return this.begin
    const iters = inIters(this.begin, this.unit, length)
    return unit === 'ep' ? Math.ceil(iters / length.epochLength) : iters
  }
}
