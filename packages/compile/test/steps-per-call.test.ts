import {
  ArrayDataset,
  type Checkpoint,
  type CompileReport,
  type DataBatch,
  Hook,
  Interval,
  MemoryStorage,
  Runner,
  type StepOutputs,
} from '@hookloop/core'
import { CheckpointHook } from '@hookloop/hook-checkpoint'
import { EMAHook } from '@hookloop/hook-ema'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { denseTask, optim, type Task } from './task.js'
import { expectSameBits, trainInCalls } from './train-in-calls.js'

/** 13 batches an epoch. */
function dense(task: Partial<Omit<Task, 'model'>> = {}, between?: () => tf.layers.Layer[]): Task {
  return denseTask({ examples: 52, epochs: 2, ...task }, between)
}

/** Sees nothing before so many iterations. */
abstract class Patient extends Hook {
  override nextNeed(): number {
    return Number.POSITIVE_INFINITY
  }
}

describe('several steps per call end in the same bits as single ones', () => {
  const dropout = () => [tf.layers.dropout({ rate: 0.4 })]
  const schedules: Task['options'] = {
    paramScheduler: [
      { type: 'CosineAnnealingLR', tMax: 25, byEpoch: false },
      { type: 'StepMomentum', stepSize: 3, gamma: 0.9, byEpoch: false },
    ],
  }
  const cases: [name: string, task: Task][] = [
    ['Adam', dense()],
    [
      'Adam with dropout and clipping',
      dense({ options: optim({ type: 'Adam', lr: 0.01 }, { clipGrad: { maxNorm: 0.1 } }) }, dropout),
    ],
    [
      'SGD with schedules of learning rate and momentum',
      dense({ options: { ...optim({ type: 'SGD', lr: 0.1, momentum: 0.9 }), ...schedules } }),
    ],
    ['a short last batch', dense({ examples: 51, epochs: 3 })],
    ['batch normalization', dense({}, () => [tf.layers.batchNormalization({})])],
    [
      'losses that need not be finite',
      dense({ options: optim({ type: 'RMSprop', lr: 0.01 }, { nonFiniteLoss: 'ignore' }) }),
    ],
    ['training by iterations', dense({ trainCfg: { byEpoch: false, maxIters: 45 } })],
  ]
  it.each(cases)('%s', async (_name, task) => {
    const { numTimes, scalars } = await expectSameBits(task)
    expect(numTimes).toBe(scalars['train/loss']?.length)
  })

  it('in calls of any size', async () => {
    await expectSameBits(dense({}, dropout), 3)
    // Looks cut the calls of the first epochs.
    await expectSameBits(dense({ epochs: 4 }, dropout), 13)
  })

  it('with an average of weights, in as large calls as that permits', async () => {
    await expectSameBits(dense({ hooks: () => [new EMAHook({ momentum: 0.1, interval: 4 })] }), 8, 4)
    const each = await expectSameBits(dense({ hooks: () => [new EMAHook({ momentum: 0.1 })] }), 8, 1)
    expect(each.report?.singleSteps).toEqual(['EMAHook needs each iteration'])
  })

  it('with intervals in epochs, in shares of the run, and by the clock, which leaves the calls whole', async () => {
    const seen: number[][] = []
    class Marks extends Hook {
      readonly #intervals = (['0.5ep', '25%', '30s'] as const).map((every) => new Interval(every, 'it'))
      readonly #seen: number[] = []
      constructor() {
        super()
        seen.push(this.#seen)
      }
      override afterTrainIter(runner: Runner) {
        if (this.#intervals.some((interval) => interval.endsWithIter(runner)))
          this.#seen.push(runner.iter + 1)
      }
      override nextNeed(runner: Runner) {
        return Math.min(...this.#intervals.map((interval) => interval.nextNeed(runner)))
      }
    }
    // Each look at the clock is an eighth of a second later, so that thirty of them pass no more than once.
    const clocked = (): Task => {
      let seconds = 0
      const now = () => (seconds += 1 / 8)
      return dense({ options: { now }, hooks: () => [new Marks()] })
    }
    await expectSameBits(clocked(), 7)
    const [one, several] = seen
    expect(one).toEqual(several)
    expect(several).toEqual([7, 14, 21])
  })

  it('while intervals are times only, in calls of full length', async () => {
    let seconds = 0
    const marks: number[] = []
    class Marks extends Patient {
      readonly #interval = new Interval('3s', 'it')
      override afterTrainIter(runner: Runner) {
        seconds += 1
        if (this.#interval.endsWithIter(runner)) marks.push(runner.iter + 1)
      }
    }
    const options = { now: () => seconds }
    const { report } = await trainInCalls(dense({ options, hooks: () => [new Marks()] }), 8)
    const { report: without } = await trainInCalls(dense(), 8)
    const calls = (of: CompileReport | undefined) =>
      of?.graphs.map(({ stepsPerCall, runs }) => [stepsPerCall, runs])
    expect(calls(report)).toEqual(calls(without))
    expect(report?.singleSteps).toEqual(without?.singleSteps)
    // Steps come one by one until the step is compiled; then the clock is looked at where a call is complete.
    expect(marks.length).toBeGreaterThan(2)
    expect(marks.at(-1)).toBe(26)
  })

  it('in checkpoints in the middle, and after a resume from one', async () => {
    const files = async (stepsPerCall: number, storage: MemoryStorage) => {
      const hooks = () => [new CheckpointHook({ byEpoch: false, interval: 5, maxKeepCkpts: 3 })]
      const task = dense({ options: { storage }, hooks, epochs: 3 }, dropout)
      const whole = await trainInCalls(task, stepsPerCall)
      return { whole, task }
    }
    const [one, several] = [new MemoryStorage(), new MemoryStorage()]
    const single = await files(1, one)
    const { whole, task } = await files(8, several)
    expect(whole.report?.stepsPerCall).toBe(4)
    for (const path of ['/run/iter_30.safetensors', '/run/iter_35.safetensors'])
      expect(await weightsIn(several, path)).toEqual(await weightsIn(one, path))
    const resumed = await trainInCalls(
      { ...task, options: { storage: several, resume: true, loadFrom: '/run/iter_30.safetensors' } },
      8,
    )
    expect(resumed.weights).toEqual(single.whole.weights)
    expect(resumed.scalars).toEqual(single.whole.scalars)
  })
})

async function weightsIn(storage: MemoryStorage, path: string): Promise<unknown> {
  const runner = new Runner({ model: dense().model(), workDir: '/other', storage, console: false })
  const { stateDict }: Checkpoint = await runner.loadCheckpoint(path)
  const values = Object.entries(stateDict).map(([name, value]) => [name, [...value.dataSync()]])
  tf.dispose(stateDict)
  return values
}

describe('a loss that is not finite in the middle of a call', () => {
  /** One example is none, in batch 5 of each epoch. */
  function spoilt(options: Task['options']): Task {
    const inputs = Float32Array.from({ length: 52 * 6 }, (_, index) => Math.sin(index))
    inputs[22 * 6] = Number.NaN
    const labels = Float32Array.from({ length: 52 * 3 }, (_, index) => Math.cos(index))
    const dataset = new ArrayDataset({
      inputs: { values: inputs, shape: [6] },
      labels: { values: labels, shape: [3] },
    })
    const sampler = { type: 'DefaultSampler', shuffle: false } as const
    return dense({ options: { ...options, trainDataloader: { dataset, batchSize: 4, sampler } }, epochs: 5 })
  }

  it.each(['stop', 'skip'])('ends or goes on as single steps do: %s', async (nonFiniteLoss) => {
    const options: Task['options'] = {
      ...optim({ type: 'Adam', lr: 0.01 }, { nonFiniteLoss, clipGrad: { maxNorm: 1 } }),
      paramScheduler: [{ type: 'ExponentialLR', gamma: 0.9, byEpoch: false }],
    }
    const one = await trainInCalls(spoilt(options), 1)
    const losses = one.scalars['train/loss'] ?? []
    if (nonFiniteLoss === 'stop') expect(one.error).toContain('HL_LOSS_NOT_FINITE')
    else expect(losses.some(Number.isNaN)).toBe(true)
    expect(losses.length).toBeGreaterThan(3)
    await expectSameBits(spoilt(options), 8, nonFiniteLoss === 'stop' ? 1 : 4)
  })
})

describe('hooks and steps that wait', () => {
  it('a hook without nextNeed sees each iteration', async () => {
    class Watching extends Hook {
      readonly losses: number[] = []
      override afterTrainIter(_runner: Runner, _batchIdx: number, _batch: DataBatch, { loss }: StepOutputs) {
        if (loss instanceof tf.Tensor) this.losses.push(loss.dataSync()[0] ?? 0)
      }
    }
    const { report, log } = await trainInCalls(dense({ hooks: () => [new Watching()] }), 8)
    expect(report).toMatchObject({
      stepsPerCall: 1,
      singleSteps: ['Watching sees each iteration (it has no nextNeed)'],
    })
    expect(
      log.match(/trainCfg.stepsPerCall is 8, but training steps run one per call: Watching sees/g),
    ).toHaveLength(1)
  })

  it('one that reads although it said that it would not finds what single steps would have left', async () => {
    const seen: number[][] = []
    class Curious extends Patient {
      override afterTrainIter(
        { model, iter }: Runner,
        _batchIdx: number,
        _batch: DataBatch,
        { loss }: StepOutputs,
      ) {
        const [weight] = Object.values(model.parameters())
        if (iter % 5 === 2 && weight !== undefined) seen.at(-1)?.push(...weight.dataSync())
        if (iter % 7 === 3 && loss instanceof tf.Tensor) seen.at(-1)?.push(...loss.dataSync())
      }
    }
    const hooks = () => {
      seen.push([])
      return [new Curious()]
    }
    await expectSameBits(dense({ hooks, epochs: 4 }), 8, 4)
    expect(seen[1]).toEqual(seen[0])
  })

  it('one that writes although it said that it would not changes what comes after', async () => {
    class Meddling extends Patient {
      override afterTrainIter({ model, iter }: Runner) {
        const [weight] = Object.values(model.parameters())
        if (iter === 5 && weight !== undefined) tf.tidy(() => weight.assign(tf.mul(weight, 0.5)))
        if (iter === 11 && weight !== undefined) tf.tidy(() => weight.assign(tf.onesLike(weight)))
      }
    }
    await expectSameBits(dense({ hooks: () => [new Meddling()] }))
  })

  it.each([
    ['an interruption', (runner: Runner) => runner.interrupt('the test')],
    ['the end of training', (runner: Runner) => runner.stopTraining()],
    [
      'a failure',
      () => {
        throw new Error('broken hook')
      },
    ],
  ])('%s in the middle of a call comes after its own iteration', async (_name, act) => {
    class Acting extends Patient {
      override afterTrainIter(runner: Runner) {
        if (runner.iter === 45) act(runner)
      }
    }
    const hooks = () => [new Acting(), new CheckpointHook({})]
    await expectSameBits(dense({ hooks, trainCfg: { byEpoch: false, maxIters: 60 } }))
  })

  it('calls that always end early make steps single at first, which a user hears who asked for more', async () => {
    const { log, report } = await trainInCalls(dense(), 100)
    const reason =
      'calls end before they have 100 steps, and a smaller one is prepared for once it was often wanted'
    expect(report).toMatchObject({ stepsPerCall: 1, singleSteps: [reason] })
    expect(log).toContain(reason)
  })

  it('accumulated gradients make steps single', async () => {
    const task = dense({ options: optim({ type: 'Adam', lr: 0.01 }, { accumulativeCounts: 2 }) })
    const { report } = await expectSameBits(task, 8, 1)
    expect(report?.singleSteps).toEqual(['gradients are accumulated'])
  })

  it('steps that are not compiled are single, which a user hears who asked for more', async () => {
    const { log, report } = await trainInCalls(dense({ trainCfg: { maxEpochs: 1, compile: false } }), 8)
    expect(report).toBeUndefined()
    expect(log).toContain('trainCfg.stepsPerCall is 8, but steps run one by one: trainCfg.compile is false')
  })

  it.each([0, 1.5, 101, 'many'])('%j steps per call are a mistake', async (stepsPerCall) => {
    await expect(trainInCalls(dense(), stepsPerCall as number)).rejects.toThrow(
      /trainCfg.stepsPerCall.*must be a whole number from 1 to 100/s,
    )
  })
})
