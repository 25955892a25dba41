import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArrayDataset } from '../data/array-dataset.js'
import type { DataBatch } from '../data/dataset.js'
import { SingleProcess } from '../distributed/single-process.js'
import { describeTensors } from '../engine/tensors.js'
import type { Predictions } from '../model/model.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import { Accuracy } from './accuracy.js'
import { Evaluator } from './evaluator.js'
import { Metric, type Metrics } from './metric.js'

/** Remembers what it saw. */
class Seen extends Metric<string> {
  process(dataBatch: DataBatch, outputs: Predictions): void {
    this.results.push(`${describeTensors(dataBatch)} ${JSON.stringify(outputs)}`)
  }

  computeMetrics(results: readonly string[]): Metrics {
    return { seen: results, classes: this.datasetMeta?.classes }
  }
}

async function* later<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield item
}

const scores = [
  [0.9, 0.1],
  [0.2, 0.8],
  [0.3, 0.7],
]
const labels = new ArrayDataset({ labels: { values: Int32Array.of(0, 1, 0) } }, { classes: ['a', 'b'] })

describe('the prefix of results', () => {
  it.each([
    [{ prefix: 'mine' }, 'mine/top1'],
    [{ prefix: '' }, 'accuracy/top1'],
    [{}, 'accuracy/top1'],
  ])('with %j makes %s', async (options, key) => {
    const evaluator = new Evaluator([new Accuracy(options)])
    const metrics = await evaluator.offlineEvaluate(scores, labels, 3)
    expect(Object.keys(metrics)).toEqual([key])
  })
})

describe('Evaluator.offlineEvaluate', () => {
  it('shows chunks of predictions, with an empty batch where there are no data', async () => {
    const evaluator = new Evaluator([new Seen()])
    const { seen } = await evaluator.offlineEvaluate([1, 2, 3], undefined, 2)
    expect(seen).toEqual(['{  } [1,2]', '{  } [3]'])
    expect((await evaluator.offlineEvaluate([1, 2])).seen).toEqual(['{  } [1]', '{  } [2]'])
  })

  it('collates the data of a chunk as a data loader does', async () => {
    const evaluator = new Evaluator([new Seen()])
    const samples = [1, 2, 3].map((label) => ({ label, name: `${label}` }))
    const { seen } = await evaluator.offlineEvaluate(later([1, 2, 3]), later(samples), 2)
    expect(seen).toEqual([
      '{ label: float32 [2], name: list of 2 } [1,2]',
      '{ label: float32 [1], name: list of 1 } [3]',
    ])
  })

  it('takes the facts of a dataset over', async () => {
    const { classes } = await new Evaluator([new Seen()]).offlineEvaluate(scores, labels)
    expect(classes).toEqual(['a', 'b'])
  })

  it.each([1, 2, 3, 64])('gives the same with chunks of %i, from whatever gives the items', async (size) => {
    const before = tf.memory().numTensors
    const evaluator = new Evaluator([new Accuracy()])
    const records = scores.map((row, index) => ({ scores: row, labels: index % 2 }))
    const wanted = { 'accuracy/top1': 2 / 3 }
    expect(await evaluator.offlineEvaluate(scores, labels, size)).toEqual(wanted)
    expect(await evaluator.offlineEvaluate(records, records, size)).toEqual(wanted)
    expect(await evaluator.offlineEvaluate(later(records), new Set(records), size)).toEqual(wanted)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('leaves the tensors of predictions and data to the caller', async () => {
    const tensors = scores.map((row, index) => ({ scores: tf.tensor(row), labels: tf.scalar(index % 2) }))
    const before = tf.memory().numTensors
    const evaluator = new Evaluator([new Accuracy()])
    await evaluator.offlineEvaluate(tensors, tensors, 2)
    expect(await evaluator.offlineEvaluate(tensors, tensors, 3)).toEqual({ 'accuracy/top1': 2 / 3 })
    expect(tf.memory().numTensors).toBe(before)
    tf.dispose(tensors)
  })

  it('refuses data of another length, and forgets what it saw', async () => {
    const before = tf.memory().numTensors
    const evaluator = new Evaluator([new Accuracy()])
    const known = evaluator.offlineEvaluate(scores.slice(1), labels)
    await expect(known).rejects.toThrow(/got 2 predictions and 3 examples.*HL_OFFLINE_LENGTH/)
    const tooFew = evaluator.offlineEvaluate(later([...scores, ...scores]), labels, 2)
    await expect(tooFew).rejects.toThrow(/got 4 or more predictions and 3 examples/)
    const tooMany = evaluator.offlineEvaluate(later(scores.slice(1)), labels, 2)
    await expect(tooMany).rejects.toThrow(/got 2 predictions and 3 or more examples/)
    await expect(evaluator.offlineEvaluate(scores, labels, 0)).rejects.toThrow(/got 0 \(HL_OFFLINE_CHUNK\)/)
    expect(await evaluator.offlineEvaluate(scores, labels)).toEqual({ 'accuracy/top1': 2 / 3 })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('lets go of what gives the items when a metric fails', async () => {
    let isClosed = false
    async function* open() {
      try {
        yield* scores
      } finally {
        isClosed = true
      }
    }
    const before = tf.memory().numTensors
    const odd = new ArrayDataset({ labels: { values: Float32Array.of(0, 0.5, 1) } })
    await expect(new Evaluator([new Accuracy()]).offlineEvaluate(open(), odd)).rejects.toThrow(
      /example 0 of the batch has 0\.5.*HL_METRIC_LABEL/,
    )
    expect(isClosed).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('Evaluator.evaluate', () => {
  /** `worldSize` processes of which this one is `rank`; the others hold `others`. */
  class Several extends SingleProcess {
    override readonly rank = 0
    override readonly worldSize: number

    constructor(private readonly others: readonly (readonly number[])[]) {
      super()
      this.worldSize = 1 + others.length
    }

    override async allGather<Value>(value: Value): Promise<Value[]> {
      const others: unknown = this.others
      return Array.isArray(others) ? [value, ...others] : [value]
    }
  }

  it('puts the results of all processes into the order of the dataset, cut to its size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (size, ranks) => {
          const perRank = Math.ceil(size / ranks)
          const parts = Array.from({ length: ranks }, (_, rank) =>
            Array.from({ length: perRank }, (_, turn) => (turn * ranks + rank) % size),
          )
          class Order extends Metric<number> {
            process(): void {
              this.results.push(...(parts[0] ?? []))
            }
            computeMetrics(results: readonly number[]): Metrics {
              return { results }
            }
          }
          const evaluator = new Evaluator([new Order()])
          await evaluator.process({}, [])
          const { results } = await evaluator.evaluate(size, new Several(parts.slice(1)))
          expect(results).toEqual(Array.from({ length: size }, (_, index) => index))
        },
      ),
    )
  })

  it('warns of a metric that collected nothing, and gives metrics what the run offers', async () => {
    const warnings: string[] = []
    const logger = { info: () => undefined, warn: (text: string) => void warnings.push(text) }
    const context = { storage: new MemoryStorage(), logger, dist: new SingleProcess() }
    const metric = new Accuracy()
    const evaluator = new Evaluator([metric])
    evaluator.context = context
    expect(metric.context).toBe(context)
    expect(await evaluator.evaluate(0, new SingleProcess())).toEqual({ 'accuracy/top1': Number.NaN })
    expect(warnings).toEqual([expect.stringMatching(/^Accuracy has no results/)])
  })
})
