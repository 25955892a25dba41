/**
 * Lets two sides take turns: one tells what it has reached and waits until the other is done with it. So a loop can be
 * driven by somebody else's calls.
 */
export class Handover<Event> {
  #arrived: Event | undefined
  #take: ((event: Event) => void) | undefined
  #dealtWith: PromiseWithFate | undefined
  #end: { readonly error: unknown } | 'regular' | undefined

  /**
   * Hands over `event`.
   * @returns a promise that is kept once the other side asks for the next event, or is not there any more
   * @throws what the other side has ended with
   */
  reach(event: Event): Promise<void> {
    if (this.#end === 'regular') return Promise.resolve()
    if (this.#end !== undefined) return Promise.reject(this.#end.error)
    return new Promise((resolve, reject) => {
      this.#dealtWith = { resolve, reject }
      const take = this.#take
      this.#take = undefined
      if (take === undefined) this.#arrived = event
      else take(event)
    })
  }

  /** The next event; the one before is dealt with. */
  next(): Promise<Event> {
    this.#dealtWith?.resolve()
    this.#dealtWith = undefined
    const event = this.#arrived
    this.#arrived = undefined
    return event === undefined
      ? new Promise((resolve) => {
          this.#take = resolve
        })
      : Promise.resolve(event)
  }

  /** The side that takes events wants no more. */
  end(): void {
    this.#end = 'regular'
    this.#dealtWith?.resolve()
  }

  /** The side that takes events has failed. */
  fail(error: unknown): void {
    this.#end = { error }
    this.#dealtWith?.reject(error)
  }
}

interface PromiseWithFate {
  resolve(): void
  reject(error: unknown): void
}
