import { disposeTensors } from '../engine/tensors.js'
import type { DataBatch, MaybePromise } from './dataset.js'

/** One pass over the batches; `next` gives undefined at the end. */
export interface BatchIterator {
  /** Values where everything is there, promises only where the dataset returns some. */
  next(): MaybePromise<DataBatch | undefined>
  /** Waits for what was begun and lets go of it. */
  close(): Promise<void>
}

/** Keeps promises of coming batches; a dataset that answers at once is asked only when its turn comes. */
export class PrefetchingIterator<Fetched> implements BatchIterator {
  readonly #ahead: MaybePromise<Fetched>[] = []
  #batchIdx: number

  constructor(
    private readonly indices: Iterator<readonly number[], undefined>,
    private readonly fetch: (indices: readonly number[], batchIdx: number) => MaybePromise<Fetched>,
    private readonly assemble: (fetched: Fetched) => DataBatch,
    private readonly prefetch: number,
    firstBatchIdx: number,
  ) {
    this.#batchIdx = firstBatchIdx
  }

  next(): MaybePromise<DataBatch | undefined> {
    const fetched = this.#ahead.length > 0 ? this.#ahead.shift() : this.#fetchNext()
    if (fetched === undefined) return undefined
    if (!(fetched instanceof Promise)) return this.assemble(fetched)
    this.#fillAhead()
    return fetched.then(this.assemble)
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#ahead.splice(0).map(async (fetched) => disposeTensors(await fetched)))
  }

  #fetchNext(): MaybePromise<Fetched> | undefined {
    const { value } = this.indices.next()
    return value === undefined ? undefined : this.fetch(value, this.#batchIdx++)
  }

  #fillAhead(): void {
    while (this.#ahead.length < this.prefetch) {
      const fetched = this.#fetchAhead()
      if (fetched === undefined) return
      this.#ahead.push(fetched)
    }
  }

  /** A failure is reported when its batch is asked for, neither here nor as an unhandled rejection. */
  #fetchAhead(): MaybePromise<Fetched> | undefined {
    try {
      const fetched = this.#fetchNext()
      if (fetched instanceof Promise) fetched.catch(() => undefined)
      return fetched
    } catch (error) {
      const failed = Promise.reject(error)
      failed.catch(() => undefined)
      return failed
    }
  }
}
