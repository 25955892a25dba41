/**
 * Counts the passes of a step, so that a step that failed between two of them is repeated without those that were
 * made: no update is lost and none happens twice. Counts nothing where no loop tells when steps begin.
 */
export class StepPasses {
  #made = 0
  #reached = 0
  #isInStep = false

  /** Passes of the running step, or of the one that failed, that were made. */
  get made(): number {
    return this.#made
  }

  /** True while the next pass may be one that was made already. */
  get isRepeating(): boolean {
    return this.#isInStep && this.#reached < this.#made
  }

  begin(): void {
    this.#reached = 0
    this.#isInStep = true
  }

  end(): void {
    this.#made = 0
    this.#isInStep = false
  }

  /** True for a pass that was made before the step failed; such a one is passed by. */
  passBy(): boolean {
    if (!this.isRepeating) return false
    this.#reached += 1
    return true
  }

  count(): void {
    if (!this.#isInStep) return
    this.#made += 1
    this.#reached = this.#made
  }

  /** Goes on where a step failed after so many passes. */
  restore(made: number): void {
    this.#made = made
    this.#isInStep = false
  }
}
