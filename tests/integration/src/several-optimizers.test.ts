import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ArrayDataset,
  type Gradients,
  Hook,
  hasCode,
  Metric,
  type ParamScheduler,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/scheduler'
import { withRunner } from '@hookloop-tests/support'
import { LinePair, pairOptimizers } from '@hookloop-tests/support/line-pair'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const { left, right } = pairOptimizers

const x = Float32Array.from({ length: 8 }, (_, index) => index / 8)
const dataset = new ArrayDataset({
  x: { values: x, shape: [1] },
  y: { values: x.map((value) => value / 2), shape: [1] },
})
const trainDataloader = { dataset, batchSize: 2 }

/** A run of two epochs of four batches with an optimizer for each weight. */
function withPair<Result>(
  options: Partial<RunnerOptions>,
  action: (runner: Runner) => Promise<Result>,
): Promise<Result> {
  return withRunner({ model: new LinePair(), optimWrapper: pairOptimizers, ...options }, action)
}

/** Notes learning rates and momenta at the end of each epoch. */
class Watch extends Hook {
  readonly rates: Record<string, readonly number[]>[] = []
  readonly momenta: Record<string, readonly number[]>[] = []
  readonly tensors: number[] = []

  override readonly priority = 'LOWEST'
  override afterTrainEpoch({ optimWrapper }: Runner): void {
    this.tensors.push(tf.memory().numTensors)
    this.note(optimWrapper)
  }

  override afterVal({ optimWrapper }: Runner): void {
    this.note(optimWrapper)
  }

  note(optimWrapper: Runner['optimWrapper']): void {
    this.rates.push(optimWrapper?.getLr() ?? {})
    this.momenta.push(optimWrapper?.getMomentum() ?? {})
  }
}

class Scripted extends Metric {
  constructor(private readonly script: number[]) {
    super()
  }
  process(): void {}
  computeMetrics() {
    return { loss: this.script.shift() ?? Number.NaN }
  }
}

describe('the config of several optimizers', () => {
  it('has all its mistakes in one list, with their paths', () => {
    const options: object = {
      model: () => new LinePair(),
      workDir: tmpdir(),
      console: false,
      trainDataloader,
      trainCfg: { maxEpochs: 1 },
      optimWrapper: {
        type: 'OptimWrapperDict',
        a: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: -1, beta: [0.9, 0.9] } },
        b: { type: 'OptimWrapper', optimizer: { type: 'Adem' }, clipGrad: {} },
        c: { optimizer: { type: 'SGD' } },
        d: { type: 'AmpOptimWrapper', optimizer: { type: 'SGD' } },
        e: { type: 'OptimWrapper', optimizer: { type: 'SGD' }, parameters: [] },
      },
      paramScheduler: { a: [{ type: 'StepLR', stepSize: 0 }], critic: { type: 'StepLR', stepSize: 1 } },
    }
    const lines = [
      /^The config has 9 mistakes/,
      /^ {2}optimWrapper\.a\.optimizer\.lr: is -1, but must be a number of at least 0/m,
      /^ {2}optimWrapper\.a\.optimizer\.beta: is not an option\. Did you mean 'betas'/m,
      /^ {2}optimWrapper\.b\.optimizer\.type: .*Did you mean 'Adam'/m,
      /^ {2}optimWrapper\.b\.clipGrad\.maxNorm: is missing/m,
      /^ {2}optimWrapper\.c: is an object, but must be a config such as \{ type: 'OptimWrapper'/m,
      /^ {2}optimWrapper\.d\.type: AmpOptimWrapper trains in half precision, which TensorFlow\.js does not have/m,
      /^ {2}optimWrapper\.e\.parameters: is \[\], but must be a list of first parts/m,
      /^ {2}paramScheduler\.a\[0\]\.stepSize: is 0/m,
      /^ {2}paramScheduler\.critic: is no optimizer of optimWrapper\. There are a, b, c, d, e/m,
    ]
    for (const line of lines) expect(() => Runner.fromConfig(options)).toThrow(line)
  })

  it('tells of half precision for a single optimizer too', () => {
    const optimWrapper = { type: 'AmpOptimWrapper', optimizer: { type: 'SGD' }, lossScale: 'dynamic' }
    const options: object = { model: () => new LinePair(), workDir: tmpdir(), optimWrapper }
    expect(() => Runner.fromConfig(options)).toThrow(
      /^ {2}optimWrapper\.type: AmpOptimWrapper trains in half precision.*HL_CONFIG_UNAVAILABLE/m,
    )
  })

  it('is needed by a model that asks for optimizers by name', async () => {
    const train = withPair({ optimWrapper: left }, (runner) => runner.train())
    await expect(train).rejects.toThrow(
      /asks for the optimizer 'left', but optimWrapper is a single OptimWrapper.*OptimWrapperDict.*HL_OPTIM_NAME/,
    )
  })

  it('must leave no parameter out', async () => {
    const optimWrapper = { type: 'OptimWrapperDict', left } as const
    await expect(withPair({ optimWrapper }, (runner) => runner.train())).rejects.toThrow(
      /none of left trains right\.weight.*HL_OPTIM_UNASSIGNED/,
    )
  })
})

describe('schedules of several optimizers', () => {
  it('are the same for each where they are a list', async () => {
    const watch = new Watch()
    const paramScheduler = [{ type: 'ExponentialLR', gamma: 0.5 }] as const
    await withPair({ paramScheduler, trainCfg: { maxEpochs: 3 }, customHooks: [watch] }, async (runner) => {
      await runner.train()
      expect(runner.paramSchedulers).toEqual({ left: [expect.anything()], right: [expect.anything()] })
    })
    expect(watch.rates.slice(0, 2)).toEqual([
      { 'left.lr': [0.05], 'right.lr': [0.025] },
      { 'left.lr': [0.025], 'right.lr': [0.0125] },
    ])
  })

  it('drive the momentum of SGD and the first beta of Adam, each by its name', async () => {
    const watch = new Watch()
    const paramScheduler = {
      left: [{ type: 'StepMomentum', stepSize: 1, gamma: 0.5 }],
      right: { type: 'ConstantMomentum', factor: 0.5, end: 5 },
    } as const
    const adam = { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.05, betas: [0.8, 0.99] } } as const
    await withPair(
      {
        optimWrapper: {
          ...pairOptimizers,
          right: { ...adam, optimizer: { ...adam.optimizer, betas: [0.8, 0.99] } },
        },
        paramScheduler,
        customHooks: [watch],
      },
      async (runner) => {
        await runner.train()
        const [first, second] = runner.optimWrapper?.paramGroups ?? []
        expect(first).toMatchObject({ momentum: 0.45, initialMomentum: 0.9 })
        expect(second).toMatchObject({ betas: [0.4, 0.99], initialMomentum: 0.8 })
      },
    )
    expect(watch.momenta).toEqual([
      { 'left.momentum': [0.45], 'right.momentum': [0.4] },
      { 'left.momentum': [0.45], 'right.momentum': [0.4] },
    ])
    expect(watch.rates.at(-1)).toEqual({ 'left.lr': [0.1], 'right.lr': [0.05] })
  })

  it('fall on a plateau of the metric, for the optimizer that says so', async () => {
    const watch = new Watch()
    const paramScheduler = { right: [{ type: 'ReduceOnPlateauLR', patience: 0, factor: 0.1 }] } as const
    await withPair(
      {
        trainCfg: { maxEpochs: 4 },
        valDataloader: trainDataloader,
        valEvaluator: new Scripted([1, 0.5, 0.5, 0.4]),
        paramScheduler,
        customHooks: [watch],
      },
      (runner) => runner.train(),
    )
    const afterValidations = watch.rates.filter((_, index) => index % 2 === 1)
    expect(afterValidations.map((rates) => rates['left.lr'])).toEqual([[0.1], [0.1], [0.1], [0.1]])
    const fallen = 0.05 * 0.1
    expect(afterValidations.map((rates) => rates['right.lr'])).toEqual([[0.05], [0.05], [fallen], [fallen]])
  })

  it('begin at rates that are scaled to the batch size, in all groups', async () => {
    const watch = new Watch()
    const grouped = {
      ...left,
      optimizer: { type: 'SGD', lr: 0.1 },
      paramwiseCfg: { customKeys: { left: { lrMult: 2 } } },
    } as const
    await withPair(
      {
        optimWrapper: { ...pairOptimizers, left: grouped },
        autoScaleLr: { enable: true, baseBatchSize: 1 },
        paramScheduler: [{ type: 'ConstantLR', factor: 1 }],
        customHooks: [watch],
      },
      (runner) => runner.train(),
    )
    expect(watch.rates[0]).toEqual({ 'left.lr': [0.4], 'right.lr': [0.1] })
  })
})

describe('a run with several optimizers', () => {
  it('logs rates in exponent form and values under the names, and leaks nothing', async () => {
    const watch = new Watch()
    const clipped = { ...right, clipGrad: { maxNorm: 1 } }
    const options: Partial<RunnerOptions> = {
      optimWrapper: { ...pairOptimizers, right: clipped },
      trainCfg: { maxEpochs: 3 },
      defaultHooks: { logger: { interval: 2 } },
      customHooks: [watch],
    }
    const log = await withPair(options, async (runner) => {
      await runner.train()
      return readFile(join(runner.logDir, `${runner.timestamp}.log`), 'utf8')
    })
    expect(log).toMatch(
      /Epoch\(train\) +\[1\]\[2\/4\] {2}left\.lr: 1\.0000e-01 right\.lr: 5\.0000e-02 {2}eta: .* right\.grad_norm: \d\.\d{4} {2}left_loss: \d\.\d{4} {2}right_loss: \d\.\d{4}/,
    )
    expect(watch.tensors[2]).toBe(watch.tensors[1])
  })

  /** Ends a run by an error before the update with this number. */
  class Ender extends Hook {
    constructor(private left: number) {
      super()
    }
    override beforeOptimStep(_runner: Runner, gradients: Gradients): void {
      expect(Object.keys(gradients)).toHaveLength(1)
      if (this.left-- === 0) throw new Error('ended early')
    }
  }

  /** Trains to the end in parts, each but the last one ended by an error before an update. */
  async function train(endings: readonly number[], accumulativeCounts: readonly [number, number]) {
    const workDir = await mkdtemp(join(tmpdir(), 'pair-'))
    try {
      for (const [index, ending] of [...endings, Number.POSITIVE_INFINITY].entries()) {
        const model = new LinePair()
        const runner = new Runner({
          model,
          workDir,
          engine: 'cpu',
          console: false,
          trainDataloader,
          trainCfg: { maxEpochs: 3 },
          optimWrapper: {
            type: 'OptimWrapperDict',
            left: { ...left, accumulativeCounts: accumulativeCounts[0], clipGrad: { maxNorm: 0.1 } },
            right: { ...right, accumulativeCounts: accumulativeCounts[1] },
          },
          paramScheduler: {
            left: [{ type: 'ExponentialLR', gamma: 0.9, byEpoch: false }],
            right: [{ type: 'CosineAnnealingLR', tMax: 3 }],
          },
          randomness: { seed: 3 },
          customHooks: [new Ender(ending)],
          resume: index > 0,
        })
        try {
          await runner.train()
          return {
            weights: Object.entries(model.stateDict()).map(([name, value]) => [
              name,
              ...(value instanceof tf.Tensor ? value.dataSync() : []),
            ]),
            optimizer: JSON.stringify(runner.optimWrapper?.stateDict(), (_key, value: unknown) =>
              value instanceof tf.Tensor ? [...value.dataSync()] : value,
            ),
            schedulers: Object.values(runner.paramSchedulers)
              .flat()
              .map((scheduler: ParamScheduler) => scheduler.stateDict()),
          }
        } catch (error) {
          if (!hasCode(error, 'HL_HOOK_FAILED')) throw error
        } finally {
          runner.dispose()
          model.dispose()
        }
      }
      throw new Error('the last part of a run is not ended early')
    } finally {
      await rm(workDir, { recursive: true, force: true })
    }
  }

  it('ends in the same bits wherever errors ended it, between two updates of a step and inside of accumulations too', async () => {
    const counts = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
    const endings = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(counts, endings, async (accumulativeCounts, early) => {
        const before = tf.memory().numTensors
        const whole = await train([], accumulativeCounts)
        expect(await train(early, accumulativeCounts)).toEqual(whole)
        expect(tf.memory().numTensors).toBe(before)
      }),
      { numRuns: 20 },
    )
  })
})
