import type { Fetched } from './batch-fetcher.js'
import type { BatchOrder } from './batch-order.js'
import type { DataWorkers } from './data-workers.js'
import type { DataBatch, MaybePromise } from './dataset.js'
import type { BatchIterator } from './prefetching-iterator.js'
import type { WorkerCrew } from './worker-crew.js'

/** What a pass with threads is made of. */
export interface WorkerPass {
  readonly epoch: number
  readonly firstBatchIdx: number
  readonly indices: Iterator<readonly number[], undefined>
  readonly crew: WorkerCrew
  readonly assemble: (fetched: Fetched, order: BatchOrder) => DataBatch
}

/** One pass over batches that threads make ahead, in the order of the sampler. */
export class WorkerBatches implements BatchIterator {
  /** From the first batch to the end of the pass. */
  #workers: DataWorkers | undefined
  #nextOrder: number
  #isExhausted = false
  /** What was ordered and not asked for, in order. */
  readonly #ahead: BatchOrder[] = []
  /** Batches that somebody waits for. */
  readonly #pending = new Set<number>()
  /** The end was asked for. */
  #isOver = false
  /** What the sampler threw; it is reported when its batch is due. */
  #failure: unknown
  #released: Promise<void> | undefined

  constructor(private readonly pass: WorkerPass) {
    this.#nextOrder = pass.firstBatchIdx
  }

  get awaited(): string | undefined {
    const [batchIdx] = this.#pending
    return batchIdx === undefined ? undefined : this.#workers?.describe(batchIdx)
  }

  next(): MaybePromise<DataBatch | undefined> {
    const { assemble, crew } = this.pass
    if (this.#released !== undefined) return undefined
    this.#workers ??= crew.claim()
    this.#orderAhead(this.#workers)
    const order = this.#ahead.shift()
    if (order === undefined) return this.#end()
    const { batchIdx } = order
    const fetched = this.#workers.take(batchIdx)
    // The worker that has given a batch begins another while the step runs.
    this.#orderAhead(this.#workers)
    if (!(fetched instanceof Promise)) return assemble(fetched, order)
    this.#pending.add(batchIdx)
    const batch = fetched.then((there) => assemble(there, order))
    // Who asks for several batches and leaves after the first hears nothing of the others.
    const settle = () => this.#settle(batchIdx)
    batch.then(settle, settle)
    return batch
  }

  async close(): Promise<void> {
    await this.#release()
  }

  #orderAhead(workers: DataWorkers): void {
    while (!this.#isExhausted && this.#ahead.length < this.pass.crew.batchesAhead) {
      const indices = this.#nextIndices()
      if (indices === undefined) this.#isExhausted = true
      else this.#order(workers, { epoch: this.pass.epoch, batchIdx: this.#nextOrder++, indices })
    }
  }

  #order(workers: DataWorkers, order: BatchOrder): void {
    workers.order(order)
    this.#ahead.push(order)
  }

  #nextIndices(): readonly number[] | undefined {
    try {
      return this.pass.indices.next().value
    } catch (error) {
      this.#failure = error
      return undefined
    }
  }

  // A loop that goes on with another pass wants the workers at once and does not close this one.
  #end(): undefined {
    this.#isOver = true
    if (this.#pending.size === 0) void this.#release()
    if (this.#failure !== undefined) throw this.#failure
    return undefined
  }

  #settle(batchIdx: number): void {
    this.#pending.delete(batchIdx)
    if (this.#isOver && this.#pending.size === 0) void this.#release()
  }

  #release(): Promise<void> {
    this.#released ??= this.#giveBack()
    return this.#released
  }

  // Workers that owe a batch may hang in it: they are not kept for another pass.
  async #giveBack(): Promise<void> {
    if (this.#workers !== undefined) await this.pass.crew.release(this.#workers, this.#pending.size === 0)
  }
}
