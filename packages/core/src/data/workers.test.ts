import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { disposeTensors } from '../engine/tensors.js'
import { hasCode } from '../errors/hookloop-error.js'
import { ArrayDataset } from './array-dataset.js'
import { DataLoader, type DataLoaderSettings } from './data-loader.js'
import type { Dataset } from './dataset.js'
import { DefaultSampler } from './default-sampler.js'
import { EndlessBatches } from './endless-batches.js'
import DrawnDataset, { DrawnBatches, type DrawnOptions, makeDrawn } from './fixtures/drawn-dataset.mjs'
import type { BatchIterator } from './prefetching-iterator.js'

const loaders: DataLoader[] = []

afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()))
})

function loaderOf(dataset: Dataset, settings: Partial<DataLoaderSettings> = {}): DataLoader {
  const sampler = new DefaultSampler({ dataset, dist: { rank: 0, worldSize: 1 }, seed: 3 })
  const loader = new DataLoader({ dataset, sampler, batchSize: 4, seed: 11, ...settings })
  loaders.push(loader)
  return loader
}

/** The next batch with dtype, shape and numbers of its tensors; undefined at the end. */
async function plainNext(batches: BatchIterator): Promise<object | undefined> {
  const batch = await batches.next()
  if (batch === undefined) return undefined
  const plain = Object.entries(batch).map(([field, value]) => [
    field,
    value instanceof tf.Tensor ? [value.dtype, value.shape, [...value.dataSync()]] : value,
  ])
  disposeTensors(batch)
  return Object.fromEntries(plain)
}

async function plainBatches(loader: DataLoader, epoch = 0, skip = 0): Promise<object[]> {
  loader.sampler.setEpoch?.(epoch)
  const batches = loader.iterate(epoch, skip)
  const plain: object[] = []
  for (let next = await plainNext(batches); next !== undefined; next = await plainNext(batches)) {
    plain.push(next)
  }
  await batches.close()
  return plain
}

/** What the loader throws in its first pass. */
async function failureOf(loader: DataLoader): Promise<unknown> {
  try {
    await plainBatches(loader, 2)
  } catch (error) {
    return error
  }
  return expect.fail('nothing was thrown')
}

const drawn = (options: Partial<DrawnOptions> = {}) => new DrawnDataset({ length: 22, ...options })

describe('a DataLoader with workers', () => {
  it('gives the batches that it gives without them, from any place of any epoch', async () => {
    const settings = fc.record({
      length: fc.integer({ min: 1, max: 30 }),
      isAsync: fc.boolean(),
      byBatch: fc.boolean(),
      batchSize: fc.integer({ min: 1, max: 7 }),
      dropLast: fc.boolean(),
      numWorkers: fc.integer({ min: 1, max: 3 }),
      prefetchFactor: fc.integer({ min: 1, max: 3 }),
      persistentWorkers: fc.boolean(),
      epochs: fc.array(fc.record({ epoch: fc.nat(5), skip: fc.nat(4) }), { minLength: 1, maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(settings, async ({ length, isAsync, byBatch, epochs, ...of }) => {
        fc.pre(!of.dropLast || length >= of.batchSize)
        const dataset = byBatch ? new DrawnBatches({ length }) : drawn({ length, isAsync })
        const alone = loaderOf(dataset, { ...of, numWorkers: 0 })
        const crewed = loaderOf(dataset, of)
        for (const { epoch, skip } of epochs) {
          expect(await plainBatches(crewed, epoch, skip)).toEqual(await plainBatches(alone, epoch, skip))
        }
        await crewed.close()
      }),
      { numRuns: 15 },
    )
  })

  it('gives passes without end, each by new workers or by those of the last', async () => {
    for (const persistentWorkers of [true, false]) {
      const alone = new EndlessBatches(loaderOf(drawn()), 4)
      const crewed = new EndlessBatches(loaderOf(drawn(), { numWorkers: 2, persistentWorkers }), 4)
      for (let iter = 0; iter < 14; iter++) expect(await plainNext(crewed)).toEqual(await plainNext(alone))
      await crewed.close()
      await alone.close()
    }
  })

  it('gives ready batches without a promise, also to a loop that never lets the event loop turn', async () => {
    const batches = loaderOf(drawn(), { numWorkers: 1, prefetchFactor: 5 }).iterate(0)
    disposeTensors(await batches.next())
    for (let batchIdx = 1; batchIdx < 6; batchIdx++) {
      let batch = batches.next()
      // A promise only while the worker is not there yet.
      if (batch instanceof Promise) batch = await batch
      expect(batch).toHaveProperty('image')
      disposeTensors(batch)
    }
    expect(await batches.next()).toBeUndefined()
  })

  it('gives several batches that are asked for at once', async () => {
    const settings = { numWorkers: 2, prefetchFactor: 1 }
    const batches = loaderOf(drawn(), settings).iterate(0)
    const asked = Array.from({ length: 7 }, () => ({
      next: () => batches.next(),
      close: () => batches.close(),
    }))
    const all = await Promise.all(asked.map(plainNext))
    expect(all).toEqual([...(await plainBatches(loaderOf(drawn()))), undefined])
    await batches.close()
  })

  it('fails a batch that somebody waits for while the pass is closed', async () => {
    const batches = loaderOf(drawn(), { numWorkers: 1 }).iterate(0)
    const [first, second] = [batches.next(), batches.next()]
    await batches.close()
    await expect(first).rejects.toThrow(/its pass was closed.*HL_DATA_WORKER/)
    await expect(second).rejects.toThrow(/HL_DATA_WORKER/)
  })

  it('lets two passes go on side by side', async () => {
    const loader = loaderOf(drawn(), { numWorkers: 1 })
    const [one, other] = [loader.iterate(0), loader.iterate(0)]
    for (let batchIdx = 0; batchIdx < 6; batchIdx++)
      expect(await plainNext(one)).toEqual(await plainNext(other))
    await one.close()
    await other.close()
  })

  it('gives another pass after one that was left in its middle', async () => {
    const loader = loaderOf(drawn(), { numWorkers: 2, prefetchFactor: 3 })
    const left = loader.iterate(0)
    disposeTensors(await left.next())
    await left.close()
    expect(await left.next()).toBeUndefined()
    expect(await plainBatches(loader, 1)).toEqual(await plainBatches(loaderOf(drawn()), 1))
  })

  it('takes functions that make datasets, and a collate function of the main thread', async () => {
    const dataset = await makeDrawn({ length: 9 })
    const collate = (samples: readonly object[]) => ({ count: samples.length, samples })
    expect(await plainBatches(loaderOf(dataset, { numWorkers: 2, collate }))).toEqual(
      await plainBatches(loaderOf(dataset, { collate })),
    )
  })

  it('keeps no tensor', async () => {
    const before = tf.memory().numTensors
    await plainBatches(loaderOf(drawn(), { numWorkers: 2 }))
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('what fails in a worker', () => {
  it('is said as in the main thread, with the stack of the worker', async () => {
    const options = { failsAt: 7 }
    const alone = await failureOf(loaderOf(drawn(options)))
    const crewed = await failureOf(loaderOf(drawn(options), { numWorkers: 2 }))
    if (!(alone instanceof Error && hasCode(crewed, 'HL_DATA_FAILED'))) throw crewed
    expect(crewed.message).toBe(alone.message)
    expect(crewed.message).toMatch(/could not give example 7 of epoch 2: no file 7/)
    expect(crewed.cause).toMatchObject({ name: 'TypeError', message: 'no file 7' })
    expect(crewed.cause).toHaveProperty('stack', expect.stringContaining('drawn-dataset.mjs'))
  })

  it('is reported when its batch is due, and not again by the next pass', async () => {
    const loader = loaderOf(drawn({ failsAt: 21 }), {
      numWorkers: 1,
      prefetchFactor: 9,
      sampler: new DefaultSampler(
        { dataset: drawn(), dist: { rank: 0, worldSize: 1 }, seed: 0 },
        { shuffle: false },
      ),
    })
    const batches = loader.iterate(0)
    for (let batchIdx = 0; batchIdx < 5; batchIdx++) disposeTensors(await batches.next())
    await expect((async () => batches.next())()).rejects.toThrow(/example 21/)
    await batches.close()
    const again = loader.iterate(0)
    expect(await plainNext(again)).toHaveProperty('label')
    await again.close()
  })

  it.each([
    ['an exit', { exitsAt: 9 }, /worker [12] of 2 ended with exit code 3/],
    [
      'an error of a callback',
      { throwsLaterAt: 9 },
      /worker [12] of 2 ended by an error.*: a callback of the decoder/,
    ],
    [
      'a failing constructor',
      { failsToStart: true },
      /worker 1 of 2 could not make the dataset of file:.*drawn-dataset.mjs: no folder of pictures/,
    ],
    ['another length', { moreInWorkers: 1 }, /it has 23 examples there, but 22 in the main thread/],
  ])('ends the run after %s', async (_, options, message) => {
    const failure = await failureOf(loaderOf(drawn(options), { numWorkers: 2 }))
    expect(failure).toMatchObject({ code: 'HL_DATA_WORKER', message: expect.stringMatching(message) })
  })

  it('says which field is a tensor, and what cannot be copied', async () => {
    const ofTensors = await failureOf(loaderOf(drawn({ givesTensors: true }), { numWorkers: 1 }))
    expect(String(ofTensors)).toMatch(
      /the field 'tensor' is a tensor.*numbers, typed arrays or \{ values, shape \}/,
    )
    const ofFunctions = await failureOf(loaderOf(drawn({ givesFunctions: true }), { numWorkers: 1 }))
    expect(String(ofFunctions)).toMatch(
      /batch 0 of epoch 2 cannot be handed to the main thread: .*could not be cloned/,
    )
  })

  it('says what is missing for workers', async () => {
    const arrays = new ArrayDataset({ x: { values: new Float32Array(4) } })
    expect(() => loaderOf(arrays, { numWorkers: 2 })).toThrow(
      /numWorkers is 2, but the dataset has no recipe.*HL_DATA_WORKER/,
    )
    const lost = Object.assign(drawn(), { recipe: { module: drawn().recipe.module, exportName: 'nothing' } })
    expect(String(await failureOf(loaderOf(lost, { numWorkers: 1 })))).toMatch(
      /its export 'nothing' is missing/,
    )
    const tooMuch = drawn({ whatever: () => 1 })
    expect(String(await failureOf(loaderOf(tooMuch, { numWorkers: 1 })))).toMatch(
      /cannot be started: .*could not be cloned/,
    )
  })
})

describe('a process with workers', () => {
  const program = new URL('fixtures/leaves-workers.mjs', import.meta.url).pathname
  const run = promisify(execFile)

  it('ends though nobody ended them', async () => {
    const { stdout } = await run(process.execPath, [program, 'leave'])
    expect(stdout).toBe('left\n')
  })

  it('is not run again by its workers', async () => {
    const { stdout } = await run(process.execPath, [program, 'self'])
    expect(stdout).toMatch(/the program itself, which each worker would run again; .*HL_DATA_WORKER/)
  })

  it('ends with an error, not never, when a worker is out of memory', async () => {
    const { stdout } = await run(process.execPath, ['--max-old-space-size=60', program, 'fill'])
    expect(stdout).toMatch(/data worker 1 of 1 ran out of memory; .*HL_DATA_WORKER/)
  })
})
