import {
  BaseModel,
  captureCheckpoint,
  type DataBatch,
  type ForwardMode,
  Hook,
  hasCode,
  MemoryStorage,
  Metric,
  type Metrics,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-early-stopping'
import '@hookloop/hook-logger'
import '@hookloop/hook-runtime-info'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

type Batch = { x: tf.Tensor2D }

/** Draws random numbers in each step, and moves a buffer in those of training. */
class Noisy extends BaseModel<Batch> {
  readonly weight = this.addParameter('weight', tf.ones([2, 1]))
  readonly steps = this.addBuffer('steps', tf.scalar(0))

  forward({ x }: Batch, mode: ForwardMode) {
    const prediction = tf.matMul(tf.mul(x, tf.randomUniform(x.shape)), this.weight)
    if (mode !== 'loss') return prediction
    this.steps.assign(tf.add(this.steps, 1))
    return { loss: tf.mean(tf.square(prediction)) }
  }
}

class Sum extends Metric<number> {
  process(_batch: DataBatch, outputs: unknown): void {
    if (outputs instanceof tf.Tensor)
      this.results.push([...outputs.dataSync()].reduce((sum, value) => sum + value, 0))
  }
  async computeMetrics(results: readonly number[]): Promise<Metrics> {
    const { storage } = this.context ?? {}
    await storage?.append('/run/judged', `${results.length} `)
    return { sum: results.reduce((sum, value) => sum + value, 0) }
  }
}

class Points extends Hook {
  readonly seen: string[] = []
  override beforeTrain(): void {
    this.seen.push('train')
  }
  override beforeVal(): void {
    this.seen.push('val')
  }
}

const dataset = {
  length: 8,
  get: (index: number, random: { uniform(): number }) => ({ x: [index, random.uniform()] }),
}

function makeRunner(options: Partial<RunnerOptions> & { readonly storage: MemoryStorage }) {
  const points = new Points()
  const runner = new Runner({
    model: () => new Noisy(),
    workDir: '/run',
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 2 },
    trainCfg: { maxEpochs: 2 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.1 } },
    valDataloader: { dataset, batchSize: 2 },
    valEvaluator: new Sum(),
    defaultHooks: { checkpoint: { saveBest: 'sum', rule: 'less' } },
    customHooks: [{ type: 'EarlyStoppingHook', monitor: 'sum', rule: 'less' }, points],
    randomness: { seed: 3 },
    ...options,
  })
  const lines: string[] = []
  runner.logger.addSink({ write: (line) => void lines.push(line) })
  return { runner, points, lines }
}

/** Trains. @returns everything that is left but times */
async function leftBy(options: Partial<RunnerOptions>) {
  const storage = new MemoryStorage()
  const { runner, points, lines } = makeRunner({ ...options, storage })
  const before = tf.memory().numTensors
  await runner.train()
  const { meta: _, optimizer, stateDict, hooks, messageHub } = captureCheckpoint(runner)
  const numbers = (value: unknown): unknown =>
    value instanceof tf.Tensor
      ? [...value.dataSync()]
      : typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, numbers(item)]))
        : value
  const state = numbers({ optimizer, stateDict, hooks, scalars: Object(messageHub).scalars })
  const rows = new TextDecoder().decode(
    await storage.read(runner.storage.join(runner.logDir, 'vis_data', 'scalars.json')),
  )
  const files = (await storage.list('/run')).sort()
  const judged = new TextDecoder().decode(await storage.read('/run/judged'))
  runner.dispose()
  runner.model.dispose?.()
  const left = {
    state,
    files,
    judged,
    points: points.seen,
    rows: rows.replace(/"(time|data_time|eta)":[\d.e-]+/g, ''),
  }
  return { left, lines, tensors: tf.memory().numTensors - before }
}

describe('sanityVal', () => {
  it('leaves everything that follows as it would be without, to the bit', async () => {
    const without = await leftBy({})
    const withSanity = await leftBy({ sanityVal: 3 })
    expect(withSanity.left).toEqual(without.left)
    expect(withSanity.tensors).toBe(without.tensors)
    expect(withSanity.lines.find((line) => line.startsWith('sanityVal'))).toBe(
      'sanityVal: 3 batches were validated without an error',
    )
  })

  it('shows a broken validation before anything is trained', async () => {
    class Broken extends Sum {
      override async computeMetrics(): Promise<Metrics> {
        throw new Error('no such class')
      }
    }
    const { runner, points } = makeRunner({
      storage: new MemoryStorage(),
      sanityVal: 1,
      valEvaluator: new Broken(),
    })
    const error = await runner.train().catch((thrown: unknown) => thrown)
    expect(hasCode(error, 'HL_METRIC_FAILED')).toBe(true)
    expect(points.seen).toEqual([])
    runner.dispose()
  })

  it('is left out of a resumed run, and judges what there is', async () => {
    const storage = new MemoryStorage()
    const first = makeRunner({ storage, sanityVal: 100 })
    await first.runner.train()
    expect(first.lines.join('\n')).toContain('sanityVal: 4 batches')
    const resumed = makeRunner({ storage, sanityVal: 100, resume: true, trainCfg: { maxEpochs: 3 } })
    await resumed.runner.train()
    expect(resumed.lines.join('\n')).not.toContain('sanityVal')
    for (const { runner } of [first, resumed]) runner.dispose()
  })
})
