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
    if (this.#former.some((one) => difference(one, now) === undefined))
      return `${this.last}; it has been so before`
    if (this.#former.length >= mostChanges) return `${this.last}; it has changed ${mostChanges} times before`
    this.#former.push(before)
    this.#latest = now
    return undefined
  }

  /** @param now the step after that which was found to be another @returns what it is, where it is the same */
  confirm(now: Recording | Obstacle): Recording | Obstacle {
    const changed = this.#latest
    this.#latest = undefined
    return changed !== undefined && changeSince(changed, now) === undefined
      ? changed
      : { obstacle: `${this.last}; the step after that is another again` }
  }
}

function steps(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}`
}
