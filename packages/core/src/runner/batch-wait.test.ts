import '@tensorflow/tfjs'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Dataset } from '../data/dataset.js'
import { DefaultSampler } from '../data/default-sampler.js'
import { DrawnBatches, type DrawnOptions } from '../data/fixtures/drawn-dataset.mjs'
import '../registry/built-ins.js'
import { hasCode } from '../errors/hookloop-error.js'
import { Metric } from '../evaluation/metric.js'
import { Hook } from '../hook/hook.js'
import type { LogLevel } from '../logging/logger.js'
import { BaseModel } from '../model/base-model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { DataLoaderConfig, RunnerOptions } from './options.js'
import { Runner } from './runner.js'

type Batch = { x: tf.Tensor2D }

class Linear extends BaseModel<Batch> {
  readonly weight = this.addParameter('weight', tf.ones([2, 1]))

  forward({ x }: Batch, mode: 'loss' | 'predict' | 'tensor') {
    const prediction = tf.matMul(x, this.weight)
    return mode === 'loss' ? { loss: tf.mean(tf.square(prediction)) } : prediction
  }
}

class Descent implements OptimWrapper {
  readonly paramGroups = []
  stepListener = {}

  constructor(private readonly model: Linear) {}

  updateParams(loss: () => tf.Scalar): tf.Scalar {
    const { value, grads } = tf.variableGrads(loss)
    const gradient = grads[this.model.weight.name]
    if (gradient !== undefined) this.model.weight.assign(tf.sub(this.model.weight, tf.mul(gradient, 0.01)))
    return tf.keep(value)
  }

  initializeCountStatus(): void {}
  getLr() {
    return { lr: [0.01] }
  }
  getMomentum() {
    return { momentum: [0] }
  }
  stateDict() {
    return {}
  }
  loadStateDict(): void {}
  dispose(): void {}
}

class Count extends Metric<number> {
  process(): void {
    this.results.push(1)
  }
  computeMetrics(results: readonly number[]) {
    return { count: results.length }
  }
}

/** Asks the run to end while it waits for the batch after iteration `iter`. */
class InterruptAfter extends Hook {
  constructor(private readonly iter: number) {
    super()
  }

  override afterTrainIter(runner: Runner) {
    if (runner.iter === this.iter) setImmediate(() => runner.interrupt('the test'))
  }

  override async onException(runner: Runner) {
    await runner.saveCheckpoint(join(runner.workDir, 'interrupted.safetensors'))
  }
}

/** Acts with faked timers once the run waits for the batch after iteration `iter`. */
class WhenItWaits extends Hook {
  constructor(
    private readonly iter: number,
    private readonly act: (runner: Runner) => void,
  ) {
    super()
  }

  override afterTrainIter(runner: Runner) {
    if (runner.iter === this.iter) setImmediate(() => this.#look(runner))
  }

  #look(runner: Runner): void {
    if (vi.getTimerCount() > 0) this.act(runner)
    else setImmediate(() => this.#look(runner))
  }
}

class CollectLines extends Hook {
  readonly lines: string[] = []

  override beforeRun(runner: Runner) {
    runner.logger.addSink({
      write: (message: string, level: LogLevel) => this.lines.push(`${level} ${message}`),
    })
  }
}

let workDir: string
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'batch-wait-'))
})
afterEach(() => rm(workDir, { recursive: true, force: true }))

const byEpoch = { maxEpochs: 2 } as const
const byIter = { byEpoch: false, maxIters: 8 } as const

/** Four batches of two examples in each epoch. */
function drawnLoader(
  options: Partial<DrawnOptions>,
  settings: Partial<DataLoaderConfig> = {},
): DataLoaderConfig {
  return loaderOf(new DrawnBatches({ length: 8, ...options }), { numWorkers: 1, ...settings })
}

function loaderOf(dataset: Dataset, settings: Partial<DataLoaderConfig> = {}): DataLoaderConfig {
  const sampler = new DefaultSampler(
    { dataset, dist: { rank: 0, worldSize: 1 }, seed: 0 },
    { shuffle: false },
  )
  return { dataset, sampler, batchSize: 2, ...settings }
}

/** Gives all batches but that of example 5, for which it never settles its promise. */
function hangingDataset(): Dataset {
  const whole = new DrawnBatches({ length: 8 })
  return {
    length: 8,
    getBatch: async (indices, random) =>
      indices.includes(5) ? new Promise(() => undefined) : whole.getBatch(indices, random),
  }
}

function runnerOf(options: Partial<RunnerOptions>) {
  const model = new Linear()
  const runner = new Runner({
    model,
    workDir,
    engine: 'cpu',
    console: false,
    trainCfg: byEpoch,
    optimWrapper: new Descent(model),
    randomness: { seed: 3 },
    ...options,
  })
  return { runner, model }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('nothing was thrown'),
    (error: unknown) => error,
  )
}

describe('a run that waits for a batch which never comes', () => {
  it.each([
    ['a worker that hangs', drawnLoader({ hangsAt: 5 }), byEpoch],
    ['a worker that never returns', drawnLoader({ spinsAt: 5 }), byIter],
    [
      'workers of one pass',
      drawnLoader({ spinsAt: 5 }, { persistentWorkers: false, numWorkers: 2 }),
      byEpoch,
    ],
    ['a promise in the main thread', loaderOf(hangingDataset()), byEpoch],
    ['a promise in the main thread', loaderOf(hangingDataset()), byIter],
  ])(
    'ends when it is interrupted, and goes on with the same bits: %s',
    async (_, trainDataloader, trainCfg) => {
      const whole = runnerOf({ trainDataloader: drawnLoader({}), trainCfg })
      await whole.runner.train()

      const before = tf.memory().numTensors
      const { runner } = runnerOf({ trainDataloader, trainCfg, customHooks: [new InterruptAfter(1)] })
      const failure = await failureOf(runner.train())
      expect(hasCode(failure, 'HL_INTERRUPTED')).toBe(true)
      expect(runner.iter).toBe(2)
      runner.dispose()
      runner.model.dispose?.()
      expect(tf.memory().numTensors).toBe(before)

      const loadFrom = join(workDir, 'interrupted.safetensors')
      const resumed = runnerOf({ trainDataloader: drawnLoader({}), trainCfg, loadFrom, resume: true })
      await resumed.runner.train()
      expect([...resumed.model.weight.dataSync()]).toEqual([...whole.model.weight.dataSync()])
    },
  )

  it('ends in a validation, which is still due', async () => {
    class InterruptVal extends Hook {
      override afterValIter(runner: Runner, batchIdx: number) {
        if (batchIdx === 1) setImmediate(() => runner.interrupt('the test'))
      }
    }
    const { runner } = runnerOf({
      trainDataloader: drawnLoader({}),
      valDataloader: drawnLoader({ spinsAt: 5 }),
      valEvaluator: new Count(),
      customHooks: [new InterruptVal()],
    })
    expect(hasCode(await failureOf(runner.train()), 'HL_INTERRUPTED')).toBe(true)
    expect(runner.trainLoop?.position()).toMatchObject({ epoch: 1, validationDue: true })
  })

  describe('for long', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    })
    afterEach(() => {
      vi.useRealTimers()
    })

    it('says what it waits for, once', async () => {
      const log = new CollectLines()
      const look = new WhenItWaits(1, (runner) => {
        vi.advanceTimersByTime(90_000)
        runner.interrupt('the test')
      })
      const { runner } = runnerOf({ trainDataloader: drawnLoader({ hangsAt: 5 }), customHooks: [log, look] })
      expect(hasCode(await failureOf(runner.train()), 'HL_INTERRUPTED')).toBe(true)
      expect(log.lines.filter((line) => line.includes('waiting'))).toEqual([
        expect.stringMatching(
          /^WARNING waiting for 30 s for batch 2 of epoch 0 \(examples 4, 5\) of trainDataloader, by data worker 1 of 1; .*Ctrl-C.*timeout/,
        ),
      ])
      expect(vi.getTimerCount()).toBe(0)
    })

    it.each([
      ['a worker', 1, drawnLoader({ hangsAt: 5 }, { timeout: 20 }), 'batch 2 .*, by data worker 1 of 1'],
      [
        'one of two',
        2,
        drawnLoader({ spinsAt: 7 }, { timeout: 20, numWorkers: 2 }),
        'batch 3 .*, by data worker 2 of 2',
      ],
      ['the main thread', 1, loaderOf(hangingDataset(), { timeout: 20 }), 'batch 2 .*'],
    ])('fails after the timeout of its loader: %s', async (_, iter, trainDataloader, batch) => {
      const look = new WhenItWaits(iter, () => {
        // Afterwards the pass is closed, for which a timer of no time is enough.
        vi.advanceTimersByTime(20_000)
        vi.useRealTimers()
      })
      const { runner } = runnerOf({ trainDataloader, customHooks: [look] })
      expect(await failureOf(runner.train())).toMatchObject({
        code: 'HL_DATA_TIMEOUT',
        message: expect.stringMatching(
          new RegExp(
            `^${batch.replace(' .*', ' of epoch 0 \\(examples \\d, \\d\\) of trainDataloader')} did not come within the timeout of 20 s`,
          ),
        ),
      })
      expect(runner.iter).toBe(iter + 1)
    })
  })

  it('takes only a number of seconds as a timeout', () => {
    expect(() => runnerOf({ trainDataloader: drawnLoader({}, { timeout: -1 }) })).toThrow(
      /timeout.*must be a number of seconds from 0.*HL_CONFIG/s,
    )
  })
})

describe('a process whose worker never returns', () => {
  it('saves and ends on SIGINT', async () => {
    const program = new URL('../data/fixtures/waits-for-a-worker.mjs', import.meta.url).pathname
    const { stdout } = await promisify(execFile)(process.execPath, [program, workDir])
    expect(stdout).toMatch(/HL_INTERRUPTED .*"epoch":0,"iter":2,"batchInEpoch":2/)
    expect(stdout).toMatch(/interrupted by SIGINT at epoch 0, iteration 2/)
  })
})
