import { type MessagePort, workerData } from 'node:worker_threads'
import { reasonOf } from '../errors/hook-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { BatchFetcher, type Fetched } from './batch-fetcher.js'
import type { DataWorkersSetup } from './data-workers.js'
import type { Dataset, DatasetRecipe } from './dataset.js'
import { joinSamples } from './join-samples.js'
import { placedError } from './placed-error.js'
import { movedBuffers, sentBatch, sentRecord } from './sent-batch.js'
import { sentError } from './sent-error.js'
import type { OrderMessage, Reply } from './worker-messages.js'

/*
 * What a thread that loads data runs: it makes a dataset of its own and answers orders. Nothing here may import tfjs,
 * which would take a tenth of a second and 10 MB in each thread.
 */

/** What the main thread gives it. */
export interface DataWorkerData extends DataWorkersSetup {
  readonly port: MessagePort
  /** Number of the present pass; orders of earlier ones are dropped. */
  readonly pass: Int32Array
}

const data: DataWorkerData = workerData
const { port, pass, joins, name } = data

void serve()

async function serve(): Promise<void> {
  try {
    const dataset = await makeDataset(data.recipe)
    checkDataset(dataset)
    const fetcher = new BatchFetcher({ dataset, seed: data.seed, name, release: () => undefined })
    port.on('message', (order: OrderMessage) => void answer(fetcher, order))
  } catch (error) {
    post({ fatal: sentError(error) })
    port.close()
  }
}

async function makeDataset({ module, exportName = 'default', options }: DatasetRecipe): Promise<Dataset> {
  const exports: object = await import(module)
  const make: unknown = Reflect.get(exports, exportName)
  if (typeof make !== 'function')
    throw new Error(
      `its export '${exportName}' is ${make === undefined ? 'missing' : `a ${typeof make}`}; it must be a class or a function that makes the dataset`,
    )
  return isClass(make) ? Reflect.construct(make, [options]) : make(options)
}

function isClass(make: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(make))
}

function checkDataset(dataset: Dataset | undefined): void {
  if (dataset?.get === undefined && dataset?.getBatch === undefined)
    throw new Error('what was made is no dataset: it has neither get nor getBatch')
  if (dataset.length !== data.length)
    throw new Error(`it has ${dataset.length} examples there, but ${data.length} in the main thread`)
}

async function answer(fetcher: BatchFetcher, order: OrderMessage): Promise<void> {
  if (order.pass !== Atomics.load(pass, 0)) return
  const place = { pass: order.pass, batchIdx: order.batchIdx }
  try {
    const fetched = await fetcher.fetch(order)
    for (const record of Array.isArray(fetched) ? fetched : [fetched]) checkNoTensors(record)
    handOver({ ...place, fetched: sendable(fetched, order) }, order)
  } catch (error) {
    post({ ...place, error: sentError(error) })
  }
}

function sendable(fetched: Fetched, order: OrderMessage): Fetched {
  try {
    if (!Array.isArray(fetched)) return sentBatch(fetched)
    return joins ? sentRecord(joinSamples(fetched, order.indices)) : fetched.map(sentRecord)
  } catch (error) {
    throw placedError(error, name, order)
  }
}

function checkNoTensors(record: Record<string, unknown>): void {
  for (const field in record) {
    const value = record[field]
    if (isTensor(value) || (Array.isArray(value) && value.some(isTensor)))
      throw new Error(
        `the field '${field}' is a tensor, which belongs to the thread that made it; a dataset that is loaded by ` +
          'workers gives numbers, typed arrays or { values, shape }',
      )
  }
}

function isTensor(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'dtype' in value
}

function handOver(reply: Reply & { readonly fetched: Fetched }, { batchIdx, epoch }: OrderMessage): void {
  try {
    port.postMessage(reply, movedBuffers(reply.fetched))
  } catch (cause) {
    throw new HookloopError(
      'HL_DATA_WORKER',
      `${name}: batch ${batchIdx} of epoch ${epoch} cannot be handed to the main thread: ${reasonOf(cause)}`,
      { cause },
    )
  }
}

function post(reply: Reply): void {
  port.postMessage(reply)
}
