import type { Fetched } from './batch-fetcher.js'
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
  readonly assemble: (fetched: Fetched) => DataBatch
}

/** One pass over batches that threads make ahead, in the order of the sampler. */
export class WorkerBatches implements BatchIterator {
  /** From the first batch to the end of the pass. */
  #workers: DataWorkers | undefined
  #due: number
  #nextOrder: number
  #isExhausted = false
  /** Batches that somebody waits for. */
  #pending = 0
  /** The end was asked for. */
  #isOver = false
  /** What the sampler threw; it is reported when its batch is due. */
  #failure: unknown
  #released: Promise<void> | undefined

  constructor(private readonly pass: WorkerPass) {
    this.#due = pass.firstBatchIdx
    this.#nextOrder = pass.firstBatchIdx
  }

  next(): MaybePromise<DataBatch | undefined> {
    const { assemble, crew } = this.pass
    if (this.#released !== undefined) return undefined
    this.#workers ??= crew.claim()
    this.#orderAhead(this.#workers)
    if (this.#due === this.#nextOrder) return this.#end()
    const fetched = this.#workers.take(this.#due++)
    // The worker that has given a batch begins another while the step runs.
    this.#orderAhead(this.#workers)
    if (!(fetched instanceof Promise)) return assemble(fetched)
    this.#pending += 1
    const batch = fetched.then(assemble)
    // Who asks for several batches and leaves after the first hears nothing of the others.
    const settle = () => this.#settle()
    batch.then(settle, settle)
    return batch
  }

  async close(): Promise<void> {
    await this.#release()
  }

  #orderAhead(workers: DataWorkers): void {
    while (!this.#isExhausted && this.#nextOrder - this.#due < this.pass.crew.batchesAhead) {
      const indices = this.#nextIndices()
      if (indices === undefined) this.#isExhausted = true
      else workers.order({ epoch: this.pass.epoch, batchIdx: this.#nextOrder++, indices })
    }
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
    if (this.#pending === 0) void this.#release()
    if (this.#failure !== undefined) throw this.#failure
    return undefined
  }

  #settle(): void {
    this.#pending -= 1
    if (this.#isOver && this.#pending === 0) void this.#release()
  }

  #release(): Promise<void> {
    this.#released ??= this.#workers === undefined ? Promise.resolve() : this.pass.crew.release(this.#workers)
    return this.#released
  }
}
