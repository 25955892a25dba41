import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DataBatch, type Dataset, Hook, type Mode, Runner, type RunnerOptions } from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-early-stopping'
import '@hookloop/hook-ema'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/metrics'
import '@hookloop/optim'
import '@hookloop/scheduler'
import { Line } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dev-run-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const dataset: Dataset = {
  length: 20,
  getBatch: (indices) => ({
    x: tf.tensor2d(indices.map((i) => [i / 20])),
    y: tf.tensor2d(indices.map((i) => [i / 40])),
  }),
}

class Seen extends Hook {
  readonly points: string[] = []
  override beforeIter(_runner: Runner, batchIdx: number, _batch: DataBatch, mode: Mode): void {
    this.points.push(`${mode} ${batchIdx}`)
  }
  override afterEpoch(_runner: Runner, mode: Mode): void {
    this.points.push(mode)
  }
  override beforeSaveCheckpoint(): void {
    this.points.push('save')
  }
}

function makeRunner(options: Partial<RunnerOptions>) {
  const seen = new Seen()
  const loader = { dataset, batchSize: 2 }
  const runner = new Runner({
    model: new Line(),
    workDir: join(folder, 'run'),
    engine: 'cpu',
    console: false,
    trainDataloader: loader,
    // What is far away in a whole run must not make a short one fail.
    trainCfg: { maxEpochs: 40, valInterval: 10, valBegin: 20 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    paramScheduler: [
      { type: 'LinearLR', byEpoch: false, end: 50 },
      { type: 'CosineAnnealingLR', begin: 5 },
    ],
    valDataloader: loader,
    valEvaluator: { type: 'MeanSquaredError', labels: 'y' },
    testDataloader: loader,
    testEvaluator: [
      { type: 'MeanSquaredError', labels: 'y' },
      { type: 'DumpResults', outFilePath: join(folder, 'dumped.json') },
    ],
    defaultHooks: {
      checkpoint: { saveBest: 'auto', rule: 'less', outDir: join(folder, 'out') },
      logger: { outDir: join(folder, 'logs') },
    },
    customHooks: [
      { type: 'EMAHook', beginIter: 300 },
      { type: 'EarlyStoppingHook', monitor: 'regression/mse', rule: 'less' },
      seen,
    ],
    ...options,
  })
  return { runner, seen }
}

describe('a fast dev run', () => {
  it('makes a batch of everything and writes nothing', async () => {
    const { runner, seen } = makeRunner({ fastDevRun: true })
    const lines: string[] = []
    runner.logger.addSink({ write: (line) => void lines.push(line) })
    await runner.train()
    await runner.test()
    expect(seen.points.filter((point) => point !== 'save')).toEqual([
      'train 0',
      'train',
      'val 0',
      'val',
      'test 0',
      'test',
    ])
    expect(seen.points).toContain('save')
    expect(runner.iter).toBe(1)
    expect(runner.maxEpochs).toBe(40)
    expect(await readdir(folder)).toEqual([])
    expect(lines.find((line) => line.includes('fast dev run'))).toMatch(
      /one batch of training.*nothing is written/,
    )
    expect(lines.join('\n')).not.toMatch(/last checkpoint:/)
    runner.dispose()
  })

  it.each<[string, Partial<RunnerOptions>]>([
    ['epochs', {}],
    ['iterations', { trainCfg: { byEpoch: false, maxIters: '40ep', valInterval: 300 }, paramScheduler: [] }],
  ])('makes as many as it is told, at most an epoch, by %s', async (_unit, options) => {
    for (const [batches, expected] of [
      [3, 3],
      [99, 10],
    ] as const) {
      const { runner, seen } = makeRunner({ ...options, fastDevRun: batches })
      await runner.train()
      const count = (mode: Mode) => seen.points.filter((point) => point.startsWith(`${mode} `)).length
      expect([count('train'), count('val')]).toEqual([expected, expected])
      runner.dispose()
    }
    expect(await readdir(folder)).toEqual([])
  })

  it('starts from weights on the disk, and resumes nothing', async () => {
    const options = {
      trainCfg: { maxEpochs: 1 },
      paramScheduler: [],
      customHooks: [],
      testDataloader: undefined,
    }
    const { testDataloader: _, ...others } = options
    const whole = makeRunner(others)
    await whole.runner.train()
    const before = await readdir(join(folder, 'run'))
    const loadFrom = join(folder, 'out', 'run', 'epoch_1.safetensors')
    const { runner } = makeRunner({ ...others, fastDevRun: 1, loadFrom, resume: true })
    await runner.train()
    expect(runner.iter).toBe(1)
    expect(await readdir(join(folder, 'run'))).toEqual(before)
    for (const made of [runner, whole.runner]) made.dispose()
  })
})
