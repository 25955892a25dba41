import '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SingleProcess } from '../distributed/single-process.js'
import { disposeTensors } from '../engine/tensors.js'
import { DataLoader } from './data-loader.js'
import type { Dataset } from './dataset.js'
import { DefaultSampler } from './default-sampler.js'
import { EndlessBatches } from './endless-batches.js'
import { InfiniteSampler } from './infinite-sampler.js'

/** Each example is its own index, as text, so that no tensor is made. */
const datasetOf = (length: number, isAsync: boolean): Dataset => ({
  length,
  get: (index) => (isAsync ? Promise.resolve({ name: `${index}` }) : { name: `${index}` }),
})

async function namesOf(batches: EndlessBatches, count: number): Promise<string[]> {
  const names: string[] = []
  for (let taken = 0; taken < count; taken++) {
    const batch = await batches.next()
    names.push(String(batch.name))
    disposeTensors(batch)
  }
  await batches.close()
  return names
}

const settings = fc.record({
  length: fc.integer({ min: 1, max: 9 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  skip: fc.integer({ min: 0, max: 20 }),
  seed: fc.nat(99),
  endless: fc.boolean(),
  isAsync: fc.boolean(),
})

describe('EndlessBatches', () => {
  it('goes on after a skip as if it had delivered what was skipped', async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ length, batchSize, skip, seed, endless, isAsync }) => {
        const make = (skipped: number) => {
          const context = { dataset: datasetOf(length, isAsync), dist: new SingleProcess(), seed }
          const sampler = endless
            ? new InfiniteSampler(context, { shuffle: true })
            : new DefaultSampler(context, { shuffle: true })
          const loader = new DataLoader({ dataset: context.dataset, sampler, batchSize, seed })
          return new EndlessBatches(loader, skipped)
        }
        const whole = await namesOf(make(0), skip + 12)
        expect(await namesOf(make(skip), 12)).toEqual(whole.slice(skip))
      }),
      { numRuns: 60 },
    )
  })

  it('says so when a sampler can be iterated only once', async () => {
    const dataset = datasetOf(2, false)
    const indices = [0, 1]
    const sampler = { length: 2, [Symbol.iterator]: () => indices.splice(0)[Symbol.iterator]() }
    const batches = new EndlessBatches(new DataLoader({ dataset, sampler, batchSize: 1, seed: 0 }), 0)
    await expect(namesOf(batches, 3)).rejects.toThrow(/gave nothing in its pass 2.*HL_DATA_EMPTY/)
  })
})
