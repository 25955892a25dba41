import type { Obstacle } from '@hookloop/optim'
import { changeSince, difference } from '../recording/compare.js'
import type { Recording } from '../recording/recording.js'

/** A step that has become another more often goes on eagerly: it may do so any time, and looks see it late. */
const mostChanges = 3

/** How a look found a step to be another. */
export interface FoundChange {
  /** In words that go on after "because". */
  readonly found: string
  /** Runs of the graph before. */
  readonly runs: number
  /** Those of them, at the end, that no look has seen. */
  readonly unseen: number
}

/** How a step became another than recorded, to tell whether that is for good. */
export class StepChanges {
  /** The last one, in words that go on after "because". */
  last: string | undefined
  /** What the step was, before each change. */
  readonly #former: Recording[] = []
  /** What it is since the last one, until a second rehearsal has confirmed it. */
  #latest: Recording | undefined
  /** It is only the first of a change. */
  #isUnconfirmed = false

  get isOpen(): boolean {
    return this.#latest !== undefined
  }

  /** @returns why the step is to go on eagerly; undefined where the next one may be recorded anew, if it {@link confirm}s this one */
  note(
    before: Recording,
    now: Recording | Obstacle,
    { found, runs, unseen }: FoundChange,
  ): string | undefined {
    const doubt = unseen === 0 ? '' : `; up to ${steps(unseen)} before may have gone on with old values`
    this.last = `after ${steps(runs)} it is another: ${found}${doubt}`
    if ('obstacle' in now || now.leftOut !== undefined) return this.last
    if (this.#wasBefore(now)) return `${this.last}; it has been so before`
    if (this.#former.length >= mostChanges) return `${this.last}; it has changed ${mostChanges} times before`
    this.#former.push(before)
    this.#latest = now
    this.#isUnconfirmed = true
    return undefined
  }

  /**
   * @param now a step after that which was found to be another
   * @returns what it is, where it is the same, and why it goes on eagerly, where not; undefined where one more step may tell: the
   * first of a kind may make what later ones find, such as an optimizer's state
   */
  confirm(now: Recording | Obstacle): Recording | Obstacle | undefined {
    const [latest, isFirst] = [this.#latest, this.#isUnconfirmed]
    this.#latest = undefined
    this.#isUnconfirmed = false
    if (latest !== undefined && changeSince(latest, now) === undefined) return latest
    const goesOn = isFirst && !('obstacle' in now) && now.leftOut === undefined && !this.#wasBefore(now)
    if (!goesOn) return { obstacle: `${this.last}; a step after that is another again` }
    this.#latest = now
    return undefined
  }

  #wasBefore(now: Recording): boolean {
    return this.#former.some((one) => difference(one, now) === undefined)
  }
}

function steps(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}`
}
