import { existsSync, realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Fetched } from './batch-fetcher.js'
import type { BatchOrder } from './batch-order.js'
import type { DataWorkers, DataWorkersSetup } from './data-workers.js'
import type { MaybePromise } from './dataset.js'
import { DataThread } from './node-data-thread.js'

/** Threads of Node that load data, in turn. */
export class NodeDataWorkers implements DataWorkers {
  /** Number of the pass that is being served, which the threads read before each batch. */
  readonly #pass = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  readonly #threads: DataThread[] = []

  /** @throws `HL_DATA_WORKER` where the recipe names the program itself, or has options that cannot be copied */
  constructor(setup: DataWorkersSetup) {
    checkModule(setup)
    for (let rank = 0; rank < setup.count; rank++) this.#threads.push(new DataThread(setup, rank, this.#pass))
  }

  get isAlive(): boolean {
    return this.#threads.every((thread) => thread.isAlive)
  }

  order(order: BatchOrder): void {
    this.#threadOf(order.batchIdx).order(order)
  }

  take(batchIdx: number): MaybePromise<Fetched> {
    return this.#threadOf(batchIdx).take(batchIdx)
  }

  describe(batchIdx: number): string {
    return this.#threadOf(batchIdx).describe(batchIdx)
  }

  cancel(): void {
    Atomics.add(this.#pass, 0, 1)
    for (const thread of this.#threads) thread.cancel()
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  #threadOf(batchIdx: number): DataThread {
    const thread = this.#threads[batchIdx % this.#threads.length]
    if (thread === undefined) throw new RangeError(`no thread makes batch ${batchIdx}`)
    return thread
  }
}

/** A worker that imports the program would run it once more, with workers of its own. */
function checkModule({ name, recipe }: DataWorkersSetup): void {
  if (recipe.module !== programUrl()) return
  throw new HookloopError(
    'HL_DATA_WORKER',
    `${name}: the dataset's recipe names ${recipe.module}, the program itself, which each worker would run again; move ` +
      'the dataset to a module of its own',
  )
}

/** URL of the file that Node was started with; undefined for `node -e`, and where its name was given without `.js`. */
function programUrl(): string | undefined {
  const [, path] = process.argv
  return path !== undefined && existsSync(path) ? pathToFileURL(realpathSync(path)).href : undefined
}
