import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { disposeTensors } from '../engine/tensors.js'
import { DataLoader } from './data-loader.js'
import type { Dataset, Sample } from './dataset.js'
import { DefaultSampler } from './default-sampler.js'
import { KeptBatches, Views } from './fixtures/odd-dataset.mjs'
import { movedBuffers, sentBatch } from './sent-batch.js'

const loaders: DataLoader[] = []

afterEach(async () => {
  await Promise.all(loaders.splice(0).map((loader) => loader.close()))
})

function loaderOf(dataset: Dataset, settings: Partial<ConstructorParameters<typeof DataLoader>[0]> = {}) {
  const sampler = new DefaultSampler(
    { dataset, dist: { rank: 0, worldSize: 1 }, seed: 0 },
    { shuffle: false },
  )
  const loader = new DataLoader({ dataset, sampler, batchSize: 2, seed: 0, numWorkers: 1, ...settings })
  loaders.push(loader)
  return loader
}

/** Numbers of memory that an array belongs to, in bytes. */
function memoryOf(value: unknown): number {
  return ArrayBuffer.isView(value) ? value.buffer.byteLength : expect.fail('no array')
}

describe('what a worker sends', () => {
  it('holds no more memory than the data of samples that are views', async () => {
    const received: Sample[] = []
    const collate = (samples: readonly Sample[]) => {
      received.push(...samples)
      return { count: samples.length }
    }
    await loaderOf(new Views(), { collate }).iterate(0).next()
    expect(received).toHaveLength(2)
    for (const { view, shaped, boxes, bytes } of received) {
      const values = typeof shaped === 'object' && shaped !== null ? Reflect.get(shaped, 'values') : undefined
      expect([view, values, ...(Array.isArray(boxes) ? boxes : [])].map(memoryOf)).toEqual([8, 8, 8, 8])
      expect(memoryOf(bytes)).toBe(1)
    }
    expect(received[1]?.view).toEqual(Float32Array.of(2, 3))
  })

  it('holds no more memory than the data of a batch of views, which is the dataset’s no more', async () => {
    const batch = await loaderOf(new KeptBatches('views')).iterate(0).next()
    expect(memoryOf(batch?.raw)).toBe(8)
    disposeTensors(batch)
    const values = new Float32Array(1000).subarray(3, 5)
    const sent = sentBatch({ x: { values, shape: [2] }, y: { values: Uint8Array.of(1), shape: [1] } })
    expect(movedBuffers(sent).map((buffer) => buffer.byteLength)).toEqual([8, 4])
    expect(movedBuffers(sent)).not.toContain(values.buffer)
  })

  it.each(['array', 'batches'] as const)('may be the same %s each time', async (keeps) => {
    const loader = loaderOf(new KeptBatches(keeps), { prefetchFactor: 4 })
    for (let epoch = 0; epoch < 2; epoch++) {
      const batches = loader.iterate(epoch)
      for (let batchIdx = 0; batchIdx < 4; batchIdx++) {
        const batch = await batches.next()
        const x = batch?.x instanceof tf.Tensor ? [...batch.x.dataSync()] : undefined
        expect(x).toEqual([batchIdx * 2, batchIdx * 2 + 1])
        disposeTensors(batch)
      }
      await batches.close()
    }
  })
})
