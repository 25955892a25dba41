/** Estimates how long a loop still takes, from the mean of what its iterations took so far. */
export class TimeLeft {
  #sum = 0
  #count = 0

  reset(): void {
    this.#sum = 0
    this.#count = 0
  }

  /** Notes one iteration. @param seconds how long it took */
  add(seconds: number): void {
    this.#sum += seconds
    this.#count += 1
  }

  /** Seconds that `iterations` more will take; 0 before the first one was noted. */
  secondsFor(iterations: number): number {
    return this.#count === 0 ? 0 : (this.#sum / this.#count) * iterations
  }
}
