import type { RunPlace } from '../errors/hook-error.js'
import { InterruptedError } from '../errors/run-errors.js'

/** A request to end the run, kept until a loop is between two iterations. */
export class Interruption {
  #reason: string | undefined

  get isRequested(): boolean {
    return this.#reason !== undefined
  }

  request(reason: string): void {
    this.#reason ??= reason
  }

  clear(): void {
    this.#reason = undefined
  }

  /** @throws `HL_INTERRUPTED` when somebody asked */
  throwIfRequested(place: () => RunPlace): void {
    if (this.#reason !== undefined) throw new InterruptedError(this.#reason, place())
  }
}
