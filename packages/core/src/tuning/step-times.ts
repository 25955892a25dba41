/** Steps and milliseconds that are not counted: graphs are made, caches and compilers warm up. */
const warmUp = { steps: 3, ms: 500 }
/** Steps are timed in spans of so many milliseconds, as several may run in one call. */
const leastSpan = 50
/** So many spans are enough, or the smaller number after so many milliseconds. */
const enough = { spans: 30, fewSpans: 5, ms: 2000 }

/** How long steps take, from the moments at which they end. */
export class StepTimes {
  readonly #spans: number[] = []
  #steps = 0
  #first: number | undefined
  #begin: number | undefined
  #spanBegin = 0
  #stepsInSpan = 0
  #now = 0

  /** @param now in milliseconds */
  endStep(now: number): void {
    this.#now = now
    this.#steps += 1
    this.#first ??= now
    if (this.#begin === undefined) {
      if (this.#steps >= warmUp.steps && now - this.#first >= warmUp.ms) this.#begin = this.#spanBegin = now
      return
    }
    this.#stepsInSpan += 1
    if (now - this.#spanBegin < leastSpan) return
    this.#spans.push((now - this.#spanBegin) / this.#stepsInSpan)
    this.#spanBegin = now
    this.#stepsInSpan = 0
  }

  get areEnough(): boolean {
    const elapsed = this.#now - (this.#begin ?? this.#now)
    return (
      this.#spans.length >= enough.spans || (this.#spans.length >= enough.fewSpans && elapsed >= enough.ms)
    )
  }

  /**
   * The lower quartile, as what else a machine does makes steps slower, never faster; undefined where there is too little
   * to tell.
   */
  get msPerStep(): number | undefined {
    if (this.#spans.length < enough.fewSpans) return undefined
    return this.#spans.toSorted((a, b) => a - b)[Math.floor(this.#spans.length / 4)]
  }
}
