import { HookloopError } from '../errors/hookloop-error.js'
import type { DataBatch, MaybePromise } from './dataset.js'
import { unlessGivenUp } from './given-up.js'
import type { BatchIterator } from './prefetching-iterator.js'

/** Batches that must come in time: a dataset that hangs fails the run. */
export class TimedBatches implements BatchIterator {
  #isLate = false

  /** @param timeout seconds */
  constructor(
    private readonly batches: BatchIterator,
    private readonly timeout: number,
  ) {}

  get awaited(): string | undefined {
    return this.batches.awaited
  }

  /** @throws `HL_DATA_TIMEOUT` by the promise, with the batch that did not come */
  next(): MaybePromise<DataBatch | undefined> {
    const batch = this.batches.next()
    if (!(batch instanceof Promise)) return batch
    return unlessGivenUp(batch, (giveUp) => {
      const timer = setTimeout(() => {
        this.#isLate = true
        giveUp(this.#late())
      }, this.timeout * 1000)
      return () => clearTimeout(timer)
    })
  }

  // What hangs is not waited for once more.
  async close(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const isOver = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#isLate ? 0 : this.timeout * 1000)
    })
    await Promise.race([this.batches.close(), isOver])
    clearTimeout(timer)
  }

  #late(): HookloopError {
    return new HookloopError(
      'HL_DATA_TIMEOUT',
      `${this.awaited ?? 'a batch'} did not come within the timeout of ${this.timeout} s; look at what the dataset does ` +
        'with these examples, or give the data loader a longer timeout',
    )
  }
}
