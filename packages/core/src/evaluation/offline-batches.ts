import { Tensor } from '@tensorflow/tfjs-core'
import { defaultCollate } from '../data/collate.js'
import { DataLoader } from '../data/data-loader.js'
import type { DataBatch, Dataset, Sample } from '../data/dataset.js'
import { DefaultSampler } from '../data/default-sampler.js'
import { SingleProcess } from '../distributed/single-process.js'
import { disposeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'

/** Items that are there, or come one after another. */
export type AnyIterable<Item> = Iterable<Item> | AsyncIterable<Item>

/** The examples that predictions are about, in their order. */
export type OfflineData = Dataset | AnyIterable<Sample>

/** What metrics see at once. */
export interface OfflineBatch {
  /** Collated examples, to be disposed by who takes it. */
  readonly dataBatch: DataBatch
  /** A prediction per example. */
  readonly outputs: readonly unknown[]
}

interface CountedBatch {
  readonly dataBatch: DataBatch
  readonly count: number
}

/**
 * Predictions and their examples in chunks.
 * @throws `HL_OFFLINE_CHUNK` for a size that is no whole number above 0
 * @throws `HL_OFFLINE_LENGTH` when there are not as many examples as predictions, at once where both lengths are known
 */
export async function* offlineBatches(
  predictions: AnyIterable<unknown>,
  data: OfflineData | undefined,
  chunkSize: number,
): AsyncGenerator<OfflineBatch> {
  checkChunkSize(chunkSize)
  checkLengths(knownLength(predictions), knownLength(data))
  const examples = data === undefined ? undefined : examplesOf(data, chunkSize)
  try {
    let seen = 0
    for await (const outputs of chunksOf(predictions, chunkSize)) {
      const dataBatch = await nextBatch(examples, outputs.length, seen)
      seen += outputs.length
      yield { dataBatch, outputs }
    }
    await checkEnd(examples, seen)
  } finally {
    await examples?.return(undefined)
  }
}

async function* chunksOf<Item>(items: AnyIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let chunk: Item[] = []
  for await (const item of items) {
    chunk.push(item)
    if (chunk.length < size) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

function examplesOf(data: OfflineData, chunkSize: number): AsyncGenerator<CountedBatch> {
  return isDataset(data) ? fromDataset(data, chunkSize) : fromSamples(data, chunkSize)
}

async function* fromSamples(samples: AnyIterable<Sample>, chunkSize: number): AsyncGenerator<CountedBatch> {
  for await (const chunk of chunksOf(samples, chunkSize)) {
    const lent = chunk.map(withOwnTensors)
    try {
      yield { dataBatch: defaultCollate(lent), count: chunk.length }
    } finally {
      disposeTensors(lent)
    }
  }
}

async function* fromDataset(dataset: Dataset, chunkSize: number): AsyncGenerator<CountedBatch> {
  const seed = 0
  const sampler = new DefaultSampler({ dataset, dist: new SingleProcess(), seed }, { shuffle: false })
  const loader = new DataLoader({ dataset, sampler, batchSize: chunkSize, seed, name: 'offlineEvaluate' })
  const batches = loader.iterate(0)
  try {
    for (let begin = 0; begin < dataset.length; begin += chunkSize) {
      const dataBatch = await batches.next()
      if (dataBatch === undefined) return
      yield { dataBatch, count: Math.min(chunkSize, dataset.length - begin) }
    }
  } finally {
    await batches.close()
  }
}

/** Collating takes tensors over; those of `sample` stay its owner's. */
function withOwnTensors(sample: Sample): Sample {
  return Object.fromEntries(
    Object.entries(sample).map(([field, value]) => [field, value instanceof Tensor ? value.clone() : value]),
  )
}

async function nextBatch(
  examples: AsyncGenerator<CountedBatch> | undefined,
  wanted: number,
  seen: number,
): Promise<DataBatch> {
  if (examples === undefined) return {}
  const next = await examples.next()
  if (next.done !== true && next.value.count === wanted) return next.value.dataBatch
  if (next.done !== true) disposeTensors(next.value.dataBatch)
  throw lengthsDiffer(`${seen + wanted} or more`, seen + (next.done === true ? 0 : next.value.count))
}

async function checkEnd(examples: AsyncGenerator<CountedBatch> | undefined, seen: number): Promise<void> {
  const next = await examples?.next()
  if (next === undefined || next.done === true) return
  disposeTensors(next.value.dataBatch)
  throw lengthsDiffer(String(seen), `${seen + next.value.count} or more`)
}

export function isDataset(data: OfflineData): data is Dataset {
  return !(Symbol.iterator in data || Symbol.asyncIterator in data)
}

function knownLength(items: object | undefined): number | undefined {
  return items !== undefined && 'length' in items && typeof items.length === 'number'
    ? items.length
    : undefined
}

function checkLengths(predictions: number | undefined, examples: number | undefined): void {
  if (predictions === undefined || examples === undefined || predictions === examples) return
  throw lengthsDiffer(predictions, examples)
}

function lengthsDiffer(predictions: number | string, examples: number | string): HookloopError {
  return new HookloopError(
    'HL_OFFLINE_LENGTH',
    `offlineEvaluate wants an example of the data for each prediction, but got ${predictions} predictions and ` +
      `${examples} examples; give it both from the same run, in the same order`,
  )
}

function checkChunkSize(chunkSize: number): void {
  if (Number.isInteger(chunkSize) && chunkSize > 0) return
  throw new HookloopError(
    'HL_OFFLINE_CHUNK',
    `offlineEvaluate wants a chunkSize that is a whole number above 0, such as 64, but got ${chunkSize}`,
  )
}
