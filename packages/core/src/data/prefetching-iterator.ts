import { disposeTensors } from '../engine/tensors.js'
import { type BatchOrder, nameOrder } from './batch-order.js'
import type { DataBatch, MaybePromise } from './dataset.js'

/** One pass over the batches; `next` gives undefined at the end. */
export interface BatchIterator {
  /** Values where everything is there, promises only where the dataset returns some. */
  next(): MaybePromise<DataBatch | undefined>
  /** Waits for what was begun and lets go of it. */
  close(): Promise<void>
  /** For messages: the first batch that was asked for and has not come, and who makes it. */
  readonly awaited?: string | undefined
}

/** What a pass of the main thread is made of. */
export interface MainThreadPass<Fetched> {
  readonly epoch: number
  readonly firstBatchIdx: number
  readonly indices: Iterator<readonly number[], undefined>
  readonly fetch: (order: BatchOrder) => MaybePromise<Fetched>
  readonly assemble: (fetched: Fetched, order: BatchOrder) => DataBatch
  /** Batches that are begun ahead. */
  readonly prefetch: number
  /** What messages call the loader. */
  readonly name: string
}

interface Begun<Fetched> {
  readonly order: BatchOrder
  readonly fetched: MaybePromise<Fetched>
}

/** Keeps promises of coming batches; a dataset that answers at once is asked only when its turn comes. */
export class PrefetchingIterator<Fetched> implements BatchIterator {
  readonly #ahead: Begun<Fetched>[] = []
  /** Batches that somebody waits for. */
  readonly #pending = new Set<BatchOrder>()
  #batchIdx: number

  constructor(private readonly pass: MainThreadPass<Fetched>) {
    this.#batchIdx = pass.firstBatchIdx
  }

  get awaited(): string | undefined {
    const [order] = this.#pending
    return order === undefined ? undefined : `${nameOrder(order)} of ${this.pass.name}`
  }

  next(): MaybePromise<DataBatch | undefined> {
    const begun = this.#ahead.shift() ?? this.#begin()
    if (begun === undefined) return undefined
    const { order, fetched } = begun
    if (!(fetched instanceof Promise)) return this.pass.assemble(fetched, order)
    this.#pending.add(order)
    this.#fillAhead()
    return fetched
      .finally(() => this.#pending.delete(order))
      .then((there) => this.pass.assemble(there, order))
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#ahead.splice(0).map(async ({ fetched }) => disposeTensors(await fetched)))
  }

  #begin(): Begun<Fetched> | undefined {
    const { epoch, indices, fetch } = this.pass
    const { value } = indices.next()
    if (value === undefined) return undefined
    const order = { epoch, batchIdx: this.#batchIdx++, indices: value }
    return { order, fetched: fetch(order) }
  }

  #fillAhead(): void {
    while (this.#ahead.length < this.pass.prefetch) {
      const begun = this.#beginAhead()
      if (begun === undefined) return
      this.#ahead.push(begun)
    }
  }

  /** A failure is reported when its batch is asked for, neither here nor as an unhandled rejection. */
  #beginAhead(): Begun<Fetched> | undefined {
    try {
      const begun = this.#begin()
      if (begun?.fetched instanceof Promise) begun.fetched.catch(() => undefined)
      return begun
    } catch (error) {
      const failed = Promise.reject(error)
      failed.catch(() => undefined)
      return { order: { epoch: this.pass.epoch, batchIdx: this.#batchIdx, indices: [] }, fetched: failed }
    }
  }
}
