/** What a checkpoint keeps of a {@link RunClock}, in seconds. */
export interface ClockState {
  /** Time that training has taken. */
  readonly seconds: number
  /** Up to where intervals of time were looked at. */
  readonly looked: number
}

/**
 * The time that training takes, that of the earlier parts of a resumed run included. Intervals of time look at it once per
 * iteration, so that all hooks of an iteration see the same.
 */
export class RunClock {
  #seconds = 0
  /** The reading that stands for 0; undefined while nothing is trained. */
  #zero: number | undefined
  #from = 0
  #to = 0

  /** @param now seconds from any begin */
  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  /** Seconds of training so far. */
  get seconds(): number {
    return this.#zero === undefined ? this.#seconds : this.now() - this.#zero
  }

  /** Runs while `action` does. */
  async during<Result>(action: () => Promise<Result>): Promise<Result> {
    this.#zero = this.now() - this.#seconds
    try {
      return await action()
    } finally {
      this.#seconds = this.seconds
      this.#zero = undefined
    }
  }

  /**
   * For loops, in each iteration after its step.
   * @param isComplete false where its step still waits for others: there no interval ends, so that none needs it
   */
  tick(isComplete: boolean): void {
    this.#from = this.#to
    if (isComplete) this.#to = this.seconds
  }

  /** One of every so many seconds has ended with this iteration. */
  hasPassed(seconds: number): boolean {
    return Math.floor(this.#to / seconds) > Math.floor(this.#from / seconds)
  }

  state(): ClockState {
    return { seconds: this.seconds, looked: this.#to }
  }

  restore({ seconds, looked }: ClockState): void {
    this.#seconds = seconds
    this.#from = looked
    this.#to = looked
  }
}
