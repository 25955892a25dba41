import { platform } from '#platform'

/** Longest time in milliseconds that a loop keeps signals, timers and input waiting. */
const longestHold = 50

/** Lets the event loop turn now and then: synchronous steps would never let a Ctrl-C through. */
export class Breather {
  #last = performance.now()

  /** A promise when it is time to let others have their turn. */
  pause(): Promise<void> | undefined {
    if (performance.now() - this.#last < longestHold) return undefined
    return platform.yieldToEventLoop().then(() => {
      this.#last = performance.now()
    })
  }
}
