import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { disposeTensors } from '../engine/tensors.js'
import { ArrayDataset } from './array-dataset.js'
import { defaultCollate } from './collate.js'
import { DataLoader } from './data-loader.js'
import type { Dataset } from './dataset.js'
import { DefaultSampler } from './default-sampler.js'
import { Random } from './random.js'

describe('Random', () => {
  it('gives the same numbers for ever', () => {
    const random = new Random(42, 1, 2)
    expect([random.integer(0, 999), random.integer(0, 999), random.integer(0, 999)]).toMatchInlineSnapshot(`
      [
        628,
        512,
        273,
      ]
    `)
    expect([...new Random(7).permutation(8)]).toMatchInlineSnapshot(`
      [
        3,
        6,
        2,
        7,
        4,
        0,
        1,
        5,
      ]
    `)
  })

  it('gives neighbouring seeds unrelated streams', () => {
    const means = Array.from({ length: 200 }, (_, seed) => new Random(seed).uniform())
    const mean = means.reduce((sum, value) => sum + value, 0) / means.length
    expect(mean).toBeGreaterThan(0.4)
    expect(mean).toBeLessThan(0.6)
    expect(new Set(means).size).toBe(200)
  })
})

function loaderOf(
  dataset: Dataset,
  extra: { batchSize?: number; dropLast?: boolean; numBatchPerEpoch?: number } = {},
) {
  const sampler = new DefaultSampler(
    { dataset, dist: { rank: 0, worldSize: 1 }, seed: 0 },
    { shuffle: false },
  )
  return new DataLoader({ dataset, sampler, batchSize: 3, seed: 0, ...extra })
}

async function batchesOf(loader: DataLoader, skip = 0): Promise<number[][]> {
  const iterator = loader.iterate(0, skip)
  const batches: number[][] = []
  for (let batch = await iterator.next(); batch !== undefined; batch = await iterator.next()) {
    if (batch.n instanceof tf.Tensor) batches.push([...batch.n.dataSync()])
    disposeTensors(batch)
  }
  return batches
}

describe('DataLoader', () => {
  const numbers = new ArrayDataset({ n: { values: Int32Array.from({ length: 8 }, (_, index) => index) } })

  it('groups, drops, cuts and skips', async () => {
    expect(await batchesOf(loaderOf(numbers))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ])
    expect(await batchesOf(loaderOf(numbers, { dropLast: true }))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ])
    expect(await batchesOf(loaderOf(numbers, { numBatchPerEpoch: 1 }))).toEqual([[0, 1, 2]])
    expect(await batchesOf(loaderOf(numbers), 2)).toEqual([[6, 7]])
    expect(loaderOf(numbers, { dropLast: true }).length).toBe(2)
  })

  it('asks asynchronous datasets ahead, and never for what was skipped', async () => {
    const asked: number[] = []
    const dataset: Dataset = {
      length: 9,
      get: async (index) => {
        asked.push(index)
        return { n: index }
      },
    }
    const iterator = loaderOf(dataset).iterate(0, 1)
    disposeTensors(await iterator.next())
    expect(asked).toEqual([3, 4, 5, 6, 7, 8])
    await iterator.close()
  })

  it('reports a failing example when its batch is due', async () => {
    const dataset: Dataset = {
      length: 6,
      get: async (index) => (index === 4 ? expect.fail('example 4') : { n: index }),
    }
    const iterator = loaderOf(dataset).iterate(0)
    disposeTensors(await iterator.next())
    await expect(iterator.next()).rejects.toThrow(/example 4/)
    await iterator.close()
  })

  it('says which example a dataset could not give, and frees the others', async () => {
    const before = tf.memory().numTensors
    for (const isAsync of [false, true]) {
      const give = (index: number) => (index === 2 ? fail(index) : { n: tf.scalar(index) })
      const dataset: Dataset = {
        length: 3,
        get: (index) => (isAsync ? Promise.resolve().then(() => give(index)) : give(index)),
      }
      const iterator = loaderOf(dataset).iterate(4)
      const next = async () => iterator.next()
      await expect(next()).rejects.toThrow(
        /the data loader: the dataset could not give example 2 of epoch 4: no file 2 .*HL_DATA_FAILED/,
      )
      await iterator.close()
    }
    expect(tf.memory().numTensors).toBe(before)

    function fail(index: number): never {
      throw new Error(`no file ${index}`)
    }
  })

  it('says what is missing when a sample is no object', () => {
    const dataset = JSON.parse('{ "length": 3 }')
    dataset.get = () => undefined
    expect(() => loaderOf(dataset).iterate(0).next()).toThrow(/example 0/)
  })

  it('refuses an empty dataset', () => {
    expect(() => loaderOf({ length: 0, get: () => ({}) })).toThrow(/dataset is empty.*HL_DATA_EMPTY/)
    expect(() => loaderOf({ length: 0 })).toThrow(/DataLoader.dataset: is an object, but must be a dataset/)
  })
})

describe('defaultCollate', () => {
  it('joins numbers, arrays and tensors and keeps the rest as lists', () => {
    const before = tf.memory().numTensors
    const samples = [0, 1].map((value) => ({
      a: value,
      b: Int32Array.of(value, 9),
      c: tf.scalar(value),
      d: `name ${value}`,
    }))
    const batch = defaultCollate(samples)
    const shape = (value: unknown) => (value instanceof tf.Tensor ? [value.dtype, ...value.shape] : value)
    expect(Object.values(batch).map(shape)).toEqual([
      ['float32', 2],
      ['int32', 2, 2],
      ['float32', 2],
      ['name 0', 'name 1'],
    ])
    disposeTensors(batch)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('keeps the shape that an array comes with, from a dataset with get and with getBatch', async () => {
    const image = { values: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [1, 2, 3] }
    const datasets: Dataset[] = [
      { length: 1, get: () => ({ image }) },
      { length: 1, getBatch: () => ({ image: { ...image, shape: [1, 1, 2, 3] } }) },
    ]
    for (const dataset of datasets) {
      const batch = await loaderOf(dataset).iterate(0).next()
      const made = batch?.image
      if (!(made instanceof tf.Tensor)) return expect.fail('no tensor')
      expect([made.dtype, ...made.shape, ...made.dataSync()]).toEqual(['int32', 1, 1, 2, 3, 1, 2, 3, 4, 5, 6])
      made.dispose()
    }
  })

  it('leaves a record alone that a dataset gives again and again', () => {
    const record = { x: { values: Float32Array.of(1, 2, 3), shape: [3] } }
    const batches = loaderOf({ length: 6, getBatch: () => record }).iterate(0)
    for (let batchIdx = 0; batchIdx < 2; batchIdx++) {
      const batch = batches.next()
      expect(batch).toHaveProperty('x.dtype', 'float32')
      disposeTensors(batch)
    }
    expect(record.x.shape).toEqual([3])
  })

  it('says which field has a shape of another size than its values, and keeps nothing', () => {
    const x = { values: new Float32Array(5), shape: [2, 3] }
    expect(() => defaultCollate([{ x }])).toThrow(
      /'x' has the shape \[2, 3\].*6 numbers, but holds 5.*HL_DATA_SHAPE/,
    )
    const before = tf.memory().numTensors
    const dataset: Dataset = { length: 1, getBatch: () => ({ good: tf.zeros([1]), x }) }
    expect(() => loaderOf(dataset).iterate(0).next()).toThrow(/HL_DATA_SHAPE/)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('names the field and the example whose shape differs', () => {
    expect(() => defaultCollate([{ x: Float32Array.of(1, 2) }, { x: Float32Array.of(1) }])).toThrow(
      /'x' has shape \[2\].*\[1\] in example 1.*HL_DATA_SHAPE/,
    )
  })

  it('names the example whose fields differ, and keeps nothing', () => {
    const samples = [{ a: 1, x: tf.scalar(1) }, { a: 1 }]
    const before = tf.memory().numTensors
    expect(() => defaultCollate(samples)).toThrow(/fields a, x, but example 1 has a;.*HL_DATA_SHAPE/)
    expect(tf.memory().numTensors).toBe(before)
    disposeTensors(samples)
  })

  it.each([
    ['int32', Int8Array],
    ['int32', Uint8ClampedArray],
    ['int32', Uint16Array],
    ['int32', Uint32Array],
    ['float32', Float64Array],
  ])('makes %s of %o', (dtype, Values) => {
    const { x } = defaultCollate([{ x: Values.of(1, 2) }, { x: Values.of(3, 4) }])
    if (!(x instanceof tf.Tensor)) return expect.fail('no tensor')
    expect([x.dtype, ...x.dataSync()]).toEqual([dtype, 1, 2, 3, 4])
    x.dispose()
  })
})

describe('ArrayDataset', () => {
  it('refuses fields of different lengths', () => {
    expect(
      () =>
        new ArrayDataset({
          x: { values: new Float32Array(6), shape: [2] },
          y: { values: new Int32Array(4) },
        }),
    ).toThrow(/x: 3, y: 4/)
  })
})
