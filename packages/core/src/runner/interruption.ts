import type { RunPlace } from '../errors/hook-error.js'
import { InterruptedError } from '../errors/run-errors.js'

/** A request to end the run, kept until a loop is between two iterations or waits for a batch. */
export class Interruption {
  #reason: string | undefined
  readonly #listeners = new Set<() => void>()

  get isRequested(): boolean {
    return this.#reason !== undefined
  }

  request(reason: string): void {
    if (this.isRequested) return
    this.#reason = reason
    for (const listener of this.#listeners) listener()
  }

  clear(): void {
    this.#reason = undefined
  }

  /** Calls `listener` when somebody asks, at once where somebody has. @returns ends the listening */
  onRequest(listener: () => void): () => void {
    if (this.isRequested) listener()
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What ends the run, `HL_INTERRUPTED`; undefined where nobody asked. */
  error(place: RunPlace): InterruptedError | undefined {
    return this.#reason === undefined ? undefined : new InterruptedError(this.#reason, place)
  }
}
