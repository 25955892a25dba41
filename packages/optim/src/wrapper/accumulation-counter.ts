/**
 * Knows which backward pass ends a window of accumulation, and what each loss is divided by. The last window of
 * a run may be shorter; it is averaged over what it holds.
 * @see MMEngine's OptimWrapper
 */
export class AccumulationCounter {
  #done = 0
  #total = Number.POSITIVE_INFINITY

  /** @param counts passes per update */
  constructor(readonly counts: number) {}

  /** Passes so far. */
  get done(): number {
    return this.#done
  }

  /** Tells how many passes were done and how many the run has. */
  initialize(done: number, total: number): void {
    this.#done = done
    this.#total = total
  }

  /** Goes back or ahead to a position; the length of the run stays. */
  moveTo(done: number): void {
    this.#done = done
  }

  advance(): void {
    this.#done += 1
  }

  /** True when the next pass ends a window. */
  get nextPassUpdates(): boolean {
    const next = this.#done + 1
    return next % this.counts === 0 || next === this.#total
  }

  /** What the loss of the next pass is divided by. */
  get lossFactor(): number {
    const tail = this.#total % this.counts
    const isInTail = tail > 0 && this.#done >= this.#total - tail
    return isInTail ? tail : this.counts
  }

  /** Position within its window of the next pass, from 1. */
  get positionInWindow(): number {
    return (this.#done % this.counts) + 1
  }
}
