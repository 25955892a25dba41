/** A clock that stands still until somebody moves it. In milliseconds since 1970, as `Date.now()`. */
export class FakeClock {
  #now: number

  /** @param start default 2026-01-01T00:00:00Z */
  constructor(start: number | Date = Date.UTC(2026, 0, 1)) {
    this.#now = Number(start)
  }

  /** In milliseconds. */
  now(): number {
    return this.#now
  }

  /** In seconds: for hooks that take a clock, such as `new IterTimerHook({ now: clock.seconds })`. */
  readonly seconds = (): number => this.#now / 1000

  /** Moves the clock on. @param milliseconds from 0; a clock does not go backwards */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0))
      throw new RangeError(`a FakeClock was to be moved by ${milliseconds} ms; it goes forwards only`)
    this.#now += milliseconds
  }

  /**
   * Lets `Date`, `Date.now` and `performance.now` of this process show this clock; timers stay real.
   * @returns puts the real ones back; call it in any case, such as in `finally`
   */
  install(): () => void {
    const now = () => this.#now
    const start = this.#now
    const { Date: RealDate } = globalThis
    const realPerformanceNow = performance.now
    globalThis.Date = new Proxy(RealDate, {
      // A date of parts or of a text is none of the clock's business.
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
      apply: () => new RealDate(now()).toString(),
      get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
    })
    performance.now = () => now() - start
    return () => {
      globalThis.Date = RealDate
      performance.now = realPerformanceNow
    }
  }
}
