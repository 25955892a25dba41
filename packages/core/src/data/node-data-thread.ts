import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { reasonOf } from '../errors/hook-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Fetched } from './batch-fetcher.js'
import { type BatchOrder, nameOrder } from './batch-order.js'
import type { DataWorkersSetup } from './data-workers.js'
import type { MaybePromise } from './dataset.js'
import type { DataWorkerData } from './node-data-worker.js'
import { receivedError, type SentError } from './sent-error.js'
import { importHint } from './typescript-hint.js'
import type { OrderMessage, Reply } from './worker-messages.js'

interface Waiting {
  readonly resolve: (fetched: Fetched) => void
  readonly reject: (reason: unknown) => void
}

const namedOrders = 3

type BatchReply = Exclude<Reply, { readonly fatal: unknown }>

/** One thread that loads data, as the main thread sees it. It does not keep the process alive unless awaited. */
export class DataThread {
  readonly #worker: Worker
  readonly #port: MessagePort
  /** Orders of the present pass without a reply. */
  readonly #owed = new Map<number, BatchOrder>()
  readonly #replies = new Map<number, BatchReply>()
  readonly #waiting = new Map<number, Waiting>()
  #death: HookloopError | undefined

  /** @throws `HL_DATA_WORKER` when the options of the recipe cannot be copied to a thread */
  constructor(
    private readonly setup: DataWorkersSetup,
    private readonly rank: number,
    private readonly pass: Int32Array,
  ) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = this.#start(port2)
    this.#worker.unref()
    this.#worker.on('error', (error) => this.#die(whyOf(error), error))
    this.#worker.on('exit', (code) => this.#die(`ended with exit code ${code}`))
    port1.on('message', (reply: Reply) => {
      this.#receive(reply)
      this.#answer()
    })
    port1.unref()
  }

  get isAlive(): boolean {
    return this.#death === undefined
  }

  order(order: BatchOrder): void {
    const message: OrderMessage = { ...order, pass: this.#presentPass }
    this.#owed.set(order.batchIdx, order)
    this.#port.postMessage(message)
  }

  take(batchIdx: number): MaybePromise<Fetched> {
    // Steps that never wait never let the event loop hand out messages.
    this.#receiveAll()
    const reply = this.#replies.get(batchIdx)
    if (reply !== undefined) return this.#open(reply)
    if (this.#death !== undefined) throw this.#death
    this.#worker.ref()
    return new Promise((resolve, reject) => {
      this.#waiting.set(batchIdx, { resolve, reject })
    })
  }

  describe(batchIdx: number): string {
    const order = this.#owed.get(batchIdx)
    return `${order === undefined ? `batch ${batchIdx}` : nameOrder(order)} of ${this.setup.name}, by ${this.#name}`
  }

  cancel(): void {
    this.#owed.clear()
    this.#replies.clear()
    const reason = this.#failed('makes this batch no more, as its pass was closed', undefined)
    for (const { reject } of this.#waiting.values()) reject(reason)
    this.#waiting.clear()
    this.#worker.unref()
  }

  async end(): Promise<void> {
    this.#die('was ended')
    await this.#worker.terminate()
  }

  get #presentPass(): number {
    return Atomics.load(this.pass, 0)
  }

  #start(port: MessagePort): Worker {
    const workerData: DataWorkerData = { ...this.setup, port, pass: this.pass }
    try {
      return new Worker(new URL('./node-data-worker.js', import.meta.url), {
        workerData,
        transferList: [port],
        name: `${this.setup.name} ${this.rank + 1}`,
      })
    } catch (cause) {
      this.#port.close()
      throw this.#failed(`cannot be started: ${reasonOf(cause)}`, cause)
    }
  }

  #receiveAll(): void {
    for (
      let received = receiveMessageOnPort(this.#port);
      received !== undefined;
      received = receiveMessageOnPort(this.#port)
    )
      this.#receive(received.message)
  }

  #receive(reply: Reply): void {
    if ('fatal' in reply) this.#death ??= this.#fatal(reply.fatal)
    else if (reply.pass === this.#presentPass) {
      this.#owed.delete(reply.batchIdx)
      this.#replies.set(reply.batchIdx, reply)
    }
  }

  #fatal(error: SentError): HookloopError {
    const cause = receivedError(error)
    const { module } = this.setup.recipe
    return this.#failed(
      `could not make the dataset of ${module}: ${reasonOf(cause)}${importHint(cause)}`,
      cause,
    )
  }

  /** Gives those who wait their replies, or the reason why there will be none. */
  #answer(): void {
    for (const [batchIdx, { resolve, reject }] of this.#waiting) {
      const reply = this.#replies.get(batchIdx)
      if (reply === undefined && this.#death === undefined) continue
      this.#waiting.delete(batchIdx)
      try {
        if (reply === undefined) throw this.#death
        resolve(this.#open(reply))
      } catch (error) {
        reject(error)
      }
    }
    if (this.#waiting.size === 0) this.#worker.unref()
  }

  #open(reply: BatchReply): Fetched {
    this.#replies.delete(reply.batchIdx)
    if ('error' in reply) throw receivedError(reply.error)
    return reply.fetched
  }

  #die(what: string, cause?: unknown): void {
    this.#receiveAll()
    this.#death ??= this.#failed(`${what}${this.#owedInWords()}`, cause)
    this.#answer()
    this.#port.close()
  }

  /** Of batches that are made side by side nobody knows which it was. */
  #owedInWords(): string {
    const owed = [...this.#owed.values()]
    const more = owed.length > namedOrders ? `, and ${owed.length - namedOrders} more` : ''
    return owed.length === 0
      ? ''
      : `; it had yet to give ${owed.slice(0, namedOrders).map(nameOrder).join(', ')}${more}`
  }

  #failed(what: string, cause: unknown): HookloopError {
    return new HookloopError('HL_DATA_WORKER', `${this.setup.name}: ${this.#name} ${what}`, { cause })
  }

  get #name(): string {
    return `data worker ${this.rank + 1} of ${this.setup.count}`
  }
}

function whyOf(error: unknown): string {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return isFull
    ? 'ran out of memory; give it a smaller batchSize or prefetchFactor, or a dataset that holds less'
    : `ended by an error outside of the dataset's calls: ${reasonOf(error)}`
}
