import { formatFixed, type HookObserver } from '@hookloop/core'

/** The points of a training iteration. */
const counted: ReadonlySet<string> = new Set([
  'beforeTrainIter',
  'beforeOptimStep',
  'afterOptimStep',
  'afterTrainIter',
])

/** When these have ended, an iteration begins; what lay before, such as a validation, is no part of it. */
const beginnings: ReadonlySet<string> = new Set(['beforeTrainEpoch', 'afterTrainIter', 'afterVal'])

/** What hooks took of some training iterations. */
export interface HookShare {
  /** Seconds of hooks in an iteration, on average. */
  readonly seconds: number
  /** How much that is of the iterations, from 0 to 1. */
  readonly share: number
}

/** Measures how much of the time of training iterations goes by in hooks; see `runner.hooks.observe`. */
export class HookTime implements HookObserver {
  #depth = 0
  #iterationBegan: number | undefined
  #hookSeconds = 0
  /** Of whole iterations, as {@link HookTime.take} wants them. */
  #sums = { hookSeconds: 0, seconds: 0, iterations: 0 }

  /** @param now a clock in seconds */
  constructor(private readonly now: () => number = () => performance.now() / 1000) {}

  beginPoint(point: string): () => void {
    // A point inside of another one, such as that of a checkpoint which a hook saves, is time of that one.
    const isOutermost = this.#depth === 0
    const began = this.now()
    this.#depth += 1
    return () => {
      this.#depth -= 1
      if (isOutermost) this.#end(point, began, this.now())
    }
  }

  beginHook(): () => void {
    return nothing
  }

  /** Takes the iterations that have ended since the last call; undefined where there are none. */
  take(): HookShare | undefined {
    const { hookSeconds, seconds, iterations } = this.#sums
    if (iterations === 0) return undefined
    this.#sums = { hookSeconds: 0, seconds: 0, iterations: 0 }
    return { seconds: hookSeconds / iterations, share: seconds > 0 ? hookSeconds / seconds : 0 }
  }

  #end(point: string, began: number, ended: number): void {
    if (counted.has(point)) this.#hookSeconds += ended - began
    if (point === 'afterTrainIter') this.#endIteration(ended)
    if (beginnings.has(point)) {
      this.#iterationBegan = ended
      this.#hookSeconds = 0
    }
  }

  #endIteration(ended: number): void {
    if (this.#iterationBegan === undefined) return
    this.#sums.hookSeconds += this.#hookSeconds
    this.#sums.seconds += ended - this.#iterationBegan
    this.#sums.iterations += 1
  }
}

/** `hook_time: 0.21 ms (0.6% of 32.8 ms)` */
export function hookTimeText({ seconds, share }: HookShare): string {
  const whole = share > 0 ? ` of ${milliseconds(seconds / share)}` : ''
  return `hook_time: ${milliseconds(seconds)} (${formatFixed(100 * share, 1)}%${whole})`
}

/** Three digits: hooks take microseconds. */
function milliseconds(seconds: number): string {
  return `${Number.parseFloat((1000 * seconds).toPrecision(3))} ms`
}

function nothing(): void {}
