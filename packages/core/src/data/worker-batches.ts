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
    return fetched instanceof Promise ? fetched.then(assemble) : assemble(fetched)
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
    void this.#release()
    if (this.#failure !== undefined) throw this.#failure
    return undefined
  }

  #release(): Promise<void> {
    this.#released ??= this.#workers === undefined ? Promise.resolve() : this.pass.crew.release(this.#workers)
    return this.#released
  }
}
