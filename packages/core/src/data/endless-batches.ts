import { HookloopError } from '../errors/hookloop-error.js'
import type { DataLoader } from './data-loader.js'
import type { DataBatch, MaybePromise } from './dataset.js'
import type { BatchIterator } from './prefetching-iterator.js'

/** Goes through a loader again and again, starting after `skip` batches without loading those. */
export class EndlessBatches implements BatchIterator {
  #pass: number
  #batches: BatchIterator

  constructor(
    private readonly loader: DataLoader,
    skip: number,
  ) {
    const isEndless = loader.sampler.isEndless === true
    this.#pass = isEndless ? 0 : Math.floor(skip / loader.length)
    this.#batches = this.#startPass(isEndless ? skip : skip % loader.length)
  }

  get awaited(): string | undefined {
    return this.#batches.awaited
  }

  next(): MaybePromise<DataBatch> {
    const batch = this.#batches.next()
    if (batch instanceof Promise) return batch.then((next) => next ?? this.#nextOfNewPass())
    return batch ?? this.#nextOfNewPass()
  }

  close(): Promise<void> {
    return this.#batches.close()
  }

  #nextOfNewPass(): MaybePromise<DataBatch> {
    this.#pass += 1
    this.#batches = this.#startPass(0)
    const batch = this.#batches.next()
    return batch instanceof Promise ? batch.then((next) => next ?? this.#fail()) : (batch ?? this.#fail())
  }

  #startPass(skip: number): BatchIterator {
    this.loader.sampler.setEpoch?.(this.#pass)
    return this.loader.iterate(this.#pass, skip)
  }

  #fail(): never {
    throw new HookloopError(
      'HL_DATA_EMPTY',
      `the sampler gave nothing in its pass ${this.#pass + 1}; it must give indices each time that it is iterated`,
    )
  }
}
