import '@tensorflow/tfjs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ArrayDataset,
  BaseModel,
  type ForwardMode,
  Hook,
  Metric,
  type OptimWrapper,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EMAHook, type EMAHookOptions } from './index.js'

type Batch = { x: tf.Tensor2D }

/** Its weight grows by one with each step. */
class Growing extends BaseModel<Batch> {
  readonly weight = this.addParameter('weight', tf.zeros([1, 1]))
  forward({ x }: Batch, mode: ForwardMode) {
    return mode === 'loss' ? { loss: tf.mean(tf.mul(x, this.weight)) } : this.weight.clone()
  }
}

class AddOne implements OptimWrapper {
  readonly paramGroups = []
  stepListener = {}
  constructor(private readonly model: Growing) {}
  updateParams(loss: () => tf.Scalar): tf.Scalar {
    const value = tf.keep(loss())
    this.model.weight.assign(tf.add(this.model.weight, 1))
    return value
  }
  initializeCountStatus(): void {}
  getLr() {
    return { lr: [0.1] }
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

/** Notes the weight that is being judged. */
class SeenWeight extends Metric<number> {
  async process(_batch: unknown, outputs: unknown): Promise<void> {
    if (outputs instanceof tf.Tensor) this.results.push((await outputs.data())[0] ?? Number.NaN)
  }
  computeMetrics(results: readonly number[]) {
    return { weight: results[0] }
  }
}

let workDir: string
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'ema-'))
})
afterEach(() => rm(workDir, { recursive: true }))

const dataset = new ArrayDataset({ x: { values: new Float32Array(4).fill(1), shape: [1] } })

function makeRunner(extra: Partial<RunnerOptions>) {
  const model = new Growing()
  const options: RunnerOptions = {
    model,
    workDir,
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 2 },
    trainCfg: { maxEpochs: 2 },
    optimWrapper: new AddOne(model),
    valDataloader: { dataset, batchSize: 4 },
    valEvaluator: new SeenWeight(),
    testDataloader: { dataset, batchSize: 4 },
    testEvaluator: new SeenWeight(),
    customHooks: [{ type: 'EMAHook', momentum: 0.5 }],
    ...extra,
  }
  return { model, runner: new Runner(options) }
}

class Judged extends Hook {
  readonly weights: unknown[] = []
  override afterValEpoch(_runner: Runner, metrics: Readonly<Record<string, unknown>>) {
    this.weights.push(metrics.weight)
  }
}

describe('EMAHook', () => {
  it('judges the average and trains on with the live weights; a test afterwards judges the average too', async () => {
    const judged = new Judged()
    const { model, runner } = makeRunner({ customHooks: [{ type: 'EMAHook', momentum: 0.5 }, judged] })
    await runner.train()
    // 1; 1.5 | 2.25; 3.125
    expect(judged.weights).toEqual([1.5, 3.125])
    expect(model.weight.dataSync()[0]).toBe(4)
    expect(await runner.test()).toEqual({ weight: 3.125 })
    expect(model.weight.dataSync()[0]).toBe(4)
  })

  it('saves the average as state_dict and the live weights beside it, and takes both back', async () => {
    const { runner } = makeRunner({})
    await runner.train()
    const path = join(workDir, 'file.safetensors')
    await runner.saveCheckpoint(path)
    const checkpoint = await runner.loadCheckpoint(path)
    expect(checkpoint.stateDict.weight?.dataSync()[0]).toBe(3.125)
    const resumed = makeRunner({ loadFrom: path, resume: true, trainCfg: { maxEpochs: 3 } })
    const judged = new Judged()
    resumed.runner.registerHook(judged)
    await resumed.runner.train()
    expect(resumed.model.weight.dataSync()[0]).toBe(6)
    // 5 and 6 averaged into 3.125
    expect(judged.weights).toEqual([((3.125 + 5) / 2 + 6) / 2])
  })

  it('puts the weights back when a validation fails', async () => {
    class Failing extends SeenWeight {
      override async process(): Promise<void> {
        throw new Error('broken metric')
      }
    }
    const { model, runner } = makeRunner({ valEvaluator: new Failing() })
    await expect(runner.train()).rejects.toThrow(/broken metric/)
    expect(model.weight.dataSync()[0]).toBe(2)
  })

  it('begins where it is told', async () => {
    const judged = new Judged()
    const { runner } = makeRunner({ customHooks: [{ type: 'EMAHook', momentum: 0.5, beginIter: 3 }, judged] })
    await runner.train()
    expect(judged.weights).toEqual([2, 3.5])
  })

  it.each<[EMAHookOptions, EMAHookOptions]>([
    [{ beginIter: '3it' }, { beginIter: 3 }],
    [{ beginIter: '1ep' }, { beginIter: 2 }],
    [{ beginIter: '75%' }, { beginIter: 3 }],
    [{ interval: '1ep' }, { interval: 2 }],
    [
      { interval: '1ep', emaType: 'StochasticWeightAverage' },
      { interval: 2, emaType: 'StochasticWeightAverage' },
    ],
  ])('takes %j for %j, with two iterations an epoch', async (text, numbers) => {
    const seen = await Promise.all(
      [text, numbers].map(async (options) => {
        const judged = new Judged()
        const { runner } = makeRunner({ customHooks: [new EMAHook({ momentum: 0.5, ...options }), judged] })
        await runner.train()
        return judged.weights
      }),
    )
    expect(seen[0]).toEqual(seen[1])
  })

  it('keeps the first weights that it averages when nobody looks before the next', async () => {
    const judged = new Judged()
    const { runner } = makeRunner({
      trainCfg: { maxEpochs: 2, valInterval: 2 },
      customHooks: [{ type: 'EMAHook', momentum: 0.5, beginIter: 2 }, judged],
    })
    await runner.train()
    // 2; 2.5; 3.25
    expect(judged.weights).toEqual([3.25])
  })

  it('refuses a begin beyond the run', async () => {
    const { runner } = makeRunner({ customHooks: [new EMAHook({ beginEpoch: 9 })] })
    await expect(runner.train()).rejects.toThrow(
      /beginEpoch is 9, but the run has only 2 epochs.*HL_EMA_BEGIN/,
    )
  })

  it.each([
    [{ momentum: 1.2 }, /momentum: is 1.2, but must be a number in \(0, 1\)/],
    [{ emaType: 'EMA' }, /emaType: is 'EMA'/],
    [{ beginIter: 2, beginEpoch: 2 }, /exclude each other/],
    [{ momentun: 0.1 }, /Did you mean 'momentum'/],
  ])('refuses %j', (options, text) => {
    expect(() => new EMAHook(JSON.parse(JSON.stringify(options)))).toThrow(text)
  })

  it('keeps the number of tensors', async () => {
    class Count extends Hook {
      readonly counts: number[] = []
      override async afterVal(runner: Runner) {
        await runner.saveCheckpoint(join(workDir, 'count.safetensors'))
        this.counts.push(tf.memory().numTensors)
      }
    }
    const count = new Count()
    const { runner } = makeRunner({ trainCfg: { maxEpochs: 4 }, customHooks: [{ type: 'EMAHook' }, count] })
    await runner.train()
    expect(new Set(count.counts.slice(1)).size).toBe(1)
  })
})
