import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArrayDataset, type Gradients, Hook, hookPoints, type Metrics, type Runner } from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-ema'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import '@hookloop/scheduler'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FitCallbackOptions, fitCallback } from '../index.js'

const classes = Int32Array.from({ length: 24 }, (_, index) => index % 3)
const features = Float32Array.from(
  { length: 96 },
  (_, index) => Math.sin(index * 1.7) + (classes[Math.floor(index / 4)] ?? 0),
)
const dataset = new ArrayDataset({ inputs: { values: features, shape: [4] }, labels: { values: classes } })

function smallNet(optimizer: tf.Optimizer = tf.train.adam(0.02)): tf.Sequential {
  const net = tf.sequential({
    layers: [
      tf.layers.dense({
        units: 6,
        inputShape: [4],
        activation: 'relu',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
      }),
      tf.layers.dense({
        units: 3,
        activation: 'softmax',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }),
      }),
    ],
  })
  net.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  return net
}

function fit(net: tf.LayersModel, args: tf.ModelFitArgs): Promise<tf.History> {
  const [x, y] = [tf.tensor2d(features, [24, 4]), tf.tensor1d(classes, 'int32').toFloat()]
  return net
    .fit(x, y, { batchSize: 8, shuffle: false, verbose: 0, ...args })
    .finally(() => tf.dispose([x, y]))
}

function weightsOf(net: tf.LayersModel): number[][] {
  return net.getWeights().map((weight) => [...weight.dataSync()])
}

const options = { console: false, defaultHooks: { checkpoint: null } } satisfies FitCallbackOptions
const saving = { console: false } satisfies FitCallbackOptions

/** Writes down all points that it meets. */
function recorder(): { hook: Hook; trace: string[] } {
  const trace: string[] = []
  const hook = new (class Recorder extends Hook {})()
  for (const point of hookPoints)
    Object.assign(hook, {
      [point]: ({ epoch, iter }: Runner) => {
        trace.push(`${point} ${epoch} ${iter}`)
      },
    })
  return { hook, trace }
}

describe('fitCallback', () => {
  it('drives the points of training in the order and with the counters of a Runner', async () => {
    const { hook, trace } = recorder()
    await fit(smallNet(), { epochs: 2, callbacks: fitCallback([hook], options) })
    const epoch = (index: number) => [
      `beforeTrainEpoch ${index} ${index * 3}`,
      ...[0, 1, 2].flatMap((batch) =>
        ['beforeTrainIter', 'beforeOptimStep', 'afterOptimStep', 'afterTrainIter'].map(
          (point) => `${point} ${index} ${index * 3 + batch}`,
        ),
      ),
      `afterTrainEpoch ${index} ${index * 3 + 3}`,
    ]
    expect(trace).toEqual([
      'beforeRun 0 0',
      'beforeTrain 0 0',
      ...epoch(0),
      ...epoch(1),
      'afterTrain 2 6',
      'afterRun 2 6',
    ])
  })

  it('trains the very weights that fit trains alone, and leaves no tensor', async () => {
    const [alone, hooked] = [smallNet(), smallNet()]
    const growth = async (fitting: () => Promise<unknown>) => {
      const before = tf.memory().numTensors
      await fitting()
      return tf.memory().numTensors - before
    }
    const own = await growth(() => fit(alone, { epochs: 3 }))
    const callback = fitCallback([recorder().hook, { type: 'EMAHook' }], saving)
    const grown = await growth(async () => {
      await fit(hooked, { epochs: 3, callbacks: callback })
      callback.dispose()
    })
    expect(weightsOf(hooked)).toEqual(weightsOf(alone))
    expect(grown).toBe(own)
  })

  it('hands losses to the hooks, and the metrics of validationData to those of validation', async () => {
    const seen: Metrics[] = []
    class Watch extends Hook {
      override afterValEpoch(_runner: Runner, metrics: Metrics) {
        seen.push(metrics)
      }
    }
    const callback = fitCallback([new Watch()], options)
    const validationData: [tf.Tensor, tf.Tensor] = [
      tf.tensor2d(features, [24, 4]),
      tf.tensor1d(classes, 'int32').toFloat(),
    ]
    const { history } = await fit(smallNet(), { epochs: 2, validationData, callbacks: callback })
    expect(seen.map(({ loss, acc }) => [loss, acc])).toEqual(
      [0, 1].map((epoch) => [history.val_loss?.[epoch], history.val_acc?.[epoch]]),
    )
    const losses = callback.runner.messageHub.getScalar('train/loss')
    expect(losses.length).toBe(6)
  })

  it('shows gradients under the names of checkpoints, and takes other ones', async () => {
    const names = new Set<string>()
    class Freeze extends Hook {
      override beforeOptimStep(_runner: Runner, gradients: Gradients) {
        for (const [name, gradient] of Object.entries(gradients)) {
          names.add(name)
          if (name.startsWith('dense1')) gradients[name] = tf.zerosLike(gradient)
        }
      }
    }
    const net = smallNet(tf.train.sgd(0.1))
    const before = weightsOf(net)
    await fit(net, { epochs: 1, callbacks: fitCallback([new Freeze()], options) })
    const after = weightsOf(net)
    expect([...names].sort()).toEqual(['dense1.bias', 'dense1.kernel', 'dense2.bias', 'dense2.kernel'])
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2))
    expect(after.slice(2)).not.toEqual(before.slice(2))
  })

  it('lets schedulers change the learning rate of the optimizer', async () => {
    for (const optimizer of [tf.train.sgd(0.1), tf.train.adam(0.1), tf.train.momentum(0.1, 0.9)]) {
      const callback = fitCallback([], {
        ...options,
        paramScheduler: { type: 'ExponentialLR', gamma: 0.5 },
      })
      await fit(smallNet(optimizer), { epochs: 3, callbacks: callback })
      // A schedule of three epochs steps between them, twice.
      expect(Reflect.get(optimizer, 'learningRate')).toBeCloseTo(0.1 * 0.5 ** 2, 12)
      expect(callback.runner.optimWrapper?.getLr()).toEqual({ lr: [Reflect.get(optimizer, 'learningRate')] })
    }
  })

  it('judges the average where the callback has the data of the validation', async () => {
    const judged: number[][][] = []
    const net = smallNet()
    class Look extends Hook {
      override beforeValIter() {
        if (judged.length === 0) judged.push(weightsOf(net))
      }
    }
    const live: number[][][] = []
    class Live extends Hook {
      override afterTrainEpoch() {
        live.push(weightsOf(net))
      }
    }
    const callback = fitCallback([{ type: 'EMAHook', momentum: 0.1 }, new Look(), new Live()], {
      ...options,
      valDataloader: { dataset, batchSize: 8 },
      valEvaluator: { type: 'Accuracy' },
    })
    await fit(net, { epochs: 1, callbacks: callback })
    expect(judged).toHaveLength(1)
    expect(judged[0]).not.toEqual(live[0])
    expect(weightsOf(net)).toEqual(live[0])
    expect(callback.runner.messageHub.getScalar('val/accuracy/top1').current()).toBeGreaterThan(0)
  })

  it('ends fit after the epoch in which a hook wants to stop', async () => {
    class Stop extends Hook {
      override afterTrainIter(runner: Runner) {
        if (runner.iter === 4) runner.stopTraining()
      }
    }
    const { epoch } = await fit(smallNet(), { epochs: 5, callbacks: fitCallback([new Stop()], options) })
    expect(epoch).toEqual([0, 1])
  })

  it('throws what a hook throws, with its place, and puts the optimizer back', async () => {
    class Fail extends Hook {
      constructor(readonly point: 'afterTrainIter' | 'beforeOptimStep') {
        super()
        Object.assign(this, {
          [point]: ({ iter }: Runner) => {
            if (iter === 4) throw new Error('no more')
          },
        })
      }
    }
    for (const point of ['afterTrainIter', 'beforeOptimStep'] as const) {
      const { hook, trace } = recorder()
      const net = smallNet()
      const callback = fitCallback([new Fail(point), hook], options)
      await expect(fit(net, { epochs: 5, callbacks: callback })).rejects.toThrow(
        new RegExp(`Fail.*${point}.*epoch 1.*iter.* 4.*no more`, 's'),
      )
      await callback.finished
      expect(trace.slice(-2).map((line) => line.split(' ')[0])).toEqual(['onException', 'afterRun'])
      expect(Object.hasOwn(net.optimizer, 'applyGradients')).toBe(false)
      expect(() => callback.dispose()).not.toThrow()
    }
  })

  it('lets hooks end where fit itself fails', async () => {
    const { hook, trace } = recorder()
    const net = smallNet()
    const failing = new (class extends tf.Callback {
      override async onBatchEnd(batch: number) {
        if (batch === 1) throw new Error('from another callback')
      }
    })()
    const callback = fitCallback([hook], options)
    await expect(fit(net, { epochs: 2, callbacks: [callback, failing] })).rejects.toThrow('another callback')
    await callback.finished
    expect(trace.slice(-2)).toEqual(['onException 0 2', 'afterRun 0 2'])
    // The model can be trained again.
    await fit(net, { epochs: 1, callbacks: callback })
    expect(trace.at(-1)).toBe('afterRun 1 3')
  })

  it('is interrupted between two batches', async () => {
    class Interrupt extends Hook {
      override afterTrainIter(runner: Runner) {
        if (runner.iter === 3) runner.interrupt('enough for today')
      }
    }
    const run = fit(smallNet(), { epochs: 5, callbacks: fitCallback([new Interrupt()], options) })
    await expect(run).rejects.toThrow(/enough for today/)
  })

  it('lists all mistakes of its options', async () => {
    // @ts-expect-error both are not what they must be
    const callback = fitCallback([{ type: 'EMAHok' }], { ...options, resume: 'yes' })
    await expect(fit(smallNet(), { epochs: 1, callbacks: callback })).rejects.toThrow(
      /EMAHook[\s\S]*resume|resume[\s\S]*EMAHook/,
    )
  })
})

describe('fitDataset', () => {
  function* examples() {
    for (let index = 0; index < 3; index++)
      yield {
        xs: tf.tensor2d(features.subarray(index * 32, index * 32 + 32), [8, 4]),
        ys: tf.tensor1d(classes.subarray(index * 8, index * 8 + 8), 'int32').toFloat(),
      }
  }

  it('wants to know how many batches there are', async () => {
    const data = tf.data.generator(examples)
    await expect(
      smallNet().fitDataset(data, { epochs: 2, verbose: 0, callbacks: fitCallback([], options) }),
    ).rejects.toThrow(/HL_FIT_LENGTH/)
    const { hook, trace } = recorder()
    const callbacks = fitCallback([hook], { ...options, batchesPerEpoch: 3 })
    await smallNet().fitDataset(data, { epochs: 2, verbose: 0, callbacks })
    expect(trace.filter((line) => line.startsWith('afterTrainIter'))).toHaveLength(6)
    expect(callbacks.runner.trainDataLoader?.length).toBe(3)
  })
})

describe('checkpoints of model.fit', () => {
  let workDir: string
  beforeEach(async () => {
    workDir = await mkdtemp(join(tmpdir(), 'fit-'))
  })
  afterEach(() => rm(workDir, { recursive: true }))

  it('let fit go on after the epoch in which it was saved', async () => {
    const whole = smallNet()
    await fit(whole, { epochs: 4 })
    await fit(smallNet(), { epochs: 2, callbacks: fitCallback([], { ...saving, workDir }) })
    expect(await readdir(workDir)).toContain('epoch_2.safetensors')

    const net = smallNet()
    const callbacks = fitCallback([], { ...saving, workDir, resume: true })
    const initialEpoch = await callbacks.initialEpoch()
    expect(initialEpoch).toBe(2)
    await fit(net, { epochs: 4, initialEpoch, callbacks })
    // tf.train computes its bias corrections anew, which differ in the last digits.
    for (const [index, values] of weightsOf(net).entries())
      for (const [place, value] of values.entries())
        expect(value).toBeCloseTo(weightsOf(whole)[index]?.[place] ?? Number.NaN, 5)
  })

  it('are refused where fit begins with another epoch', async () => {
    await fit(smallNet(), { epochs: 2, callbacks: fitCallback([], { ...saving, workDir }) })
    const again = fitCallback([], { ...saving, workDir, resume: true })
    await expect(fit(smallNet(), { epochs: 4, callbacks: again })).rejects.toThrow(/HL_FIT_EPOCH/)
    expect(await readdir(workDir)).toContain('epoch_2.safetensors')
  })

  it('are not written without a work dir', async () => {
    const before = await readdir('.')
    await fit(smallNet(), { epochs: 1, callbacks: fitCallback([], saving) })
    expect(await readdir('.')).toEqual(before)
  })
})
