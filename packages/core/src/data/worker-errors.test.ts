import '@tensorflow/tfjs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { DataLoader, type DataLoaderSettings } from './data-loader.js'
import type { Dataset } from './dataset.js'
import { DefaultSampler } from './default-sampler.js'
import DrawnDataset from './fixtures/drawn-dataset.mjs'
import OddDataset, { type OddKind } from './fixtures/odd-dataset.mjs'
import { receivedError, sentError } from './sent-error.js'

const loaders: DataLoader[] = []

afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()))
})

async function failureOf(dataset: Dataset, settings: Partial<DataLoaderSettings>): Promise<Error> {
  const sampler = new DefaultSampler(
    { dataset, dist: { rank: 0, worldSize: 1 }, seed: 0 },
    { shuffle: false },
  )
  const loader = new DataLoader({
    dataset,
    sampler,
    batchSize: 2,
    seed: 0,
    name: 'trainDataloader',
    ...settings,
  })
  loaders.push(loader)
  const batches = loader.iterate(0)
  try {
    for (let batch = await batches.next(); batch !== undefined; batch = await batches.next());
  } catch (error) {
    if (error instanceof Error) return error
  } finally {
    await batches.close()
  }
  return expect.fail('nothing was thrown')
}

/** Of an odd dataset, without and with workers; both say the same. */
async function failureOfOdd(kind: OddKind): Promise<Error> {
  const alone = await failureOf(new OddDataset(kind), { numWorkers: 0 })
  const crewed = await failureOf(new OddDataset(kind), { numWorkers: 1 })
  expect(crewed.message).toBe(alone.message)
  expect(crewed).toHaveProperty('code', Reflect.get(alone, 'code'))
  return crewed
}

describe('what a dataset throws in a worker', () => {
  it('may have a cause that leads back to it', async () => {
    const { cause } = await failureOfOdd('circular')
    expect(cause).toMatchObject({ message: 'a circle', cause: { message: 'its other half' } })
    expect(Reflect.get(Object(Reflect.get(Object(cause), 'cause')), 'cause')).toBeUndefined()
  })

  it('keeps what an error of the system says', async () => {
    const failure = await failureOfOdd('missingFile')
    expect(failure.message).toMatch(/trainDataloader: .*could not give example 5 of epoch 0: ENOENT/)
    expect(failure.cause).toMatchObject({
      name: 'Error',
      code: 'ENOENT',
      syscall: 'open',
      path: '/nowhere/photo.jpg',
      errno: expect.any(Number),
    })
  })

  it('may be no error', async () => {
    expect((await failureOfOdd('text')).cause).toBe('a text')
    expect((await failureOfOdd('record')).cause).toEqual({ status: 404 })
    expect(receivedError(sentError(() => 1))).toBe('() => 1')
  })
})

describe('samples that do not fit together', () => {
  it.each([
    ['longer', /'x' has shape \[2\] in example 4, but \[3\] in example 5;.*HL_DATA_SHAPE/],
    ['otherFields', /example 4 has the fields x, but example 5 has y;.*HL_DATA_SHAPE/],
    ['wrongShape', /'x' of example 5 has the shape \[3\], which takes 3 numbers, but holds 2.*HL_DATA_SHAPE/],
    ['large', /'x' holds 4000000000, but integers become int32, which ends at 2147483647;.*HL_DATA_RANGE/],
  ] as const)('are told with loader, batch and example: %s', async (kind, message) => {
    const failure = await failureOfOdd(kind)
    expect(failure.message).toMatch(/^trainDataloader, batch 2 of epoch 0 \(examples 4, 5\): /)
    expect(failure.message).toMatch(message)
  })

  it('are told of batches', async () => {
    const x = { values: Uint32Array.of(1, 2 ** 31), shape: [2] }
    const failure = await failureOf({ length: 2, getBatch: () => ({ x }) }, {})
    expect(failure.message).toMatch(/^trainDataloader, batch 0 .*'x' holds 2147483648.*HL_DATA_RANGE/)
  })
})

describe('a worker that exits', () => {
  it('is told with the batches that it had to make', async () => {
    const dataset = new DrawnDataset({ length: 40, exitsAt: 9 })
    const { message } = await failureOf(dataset, { numWorkers: 1, prefetchFactor: 5, batchSize: 4 })
    expect(message).toMatch(
      /data worker 1 of 1 ended with exit code 3; it had yet to give batch 2 of epoch 0 \(examples 8, 9, 10, 11\), batch 3 .*, batch 4 .*, and \d more/,
    )
  })
})

describe('a module in TypeScript', () => {
  it('that Node cannot load comes with what to do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'worker-errors-'))
    try {
      // What no Node loads, as those before 22.18 load no .ts.
      const path = join(folder, 'photos.tsx')
      await writeFile(path, 'export default class {}')
      const recipe = { module: pathToFileURL(path).href }
      const dataset = Object.assign(new DrawnDataset({ length: 4 }), { recipe })
      const failure = await failureOf(dataset, { numWorkers: 1 })
      expect(failure.message).toMatch(
        /Unknown file extension.*from Node 22\.18 on.*compile the module with tsc/,
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
