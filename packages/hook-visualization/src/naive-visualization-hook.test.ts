import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import {
  ArrayDataset,
  BaseModel,
  type ForwardMode,
  HookDispatcher,
  type LogLevel,
  type Runner,
  type RunnerOptions,
  SingleProcess,
  type VisBackend,
} from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { NaiveVisualizationHook, type NaiveVisualizationHookOptions } from './index.js'

type DigitBatch = { inputs: tf.Tensor4D; labels: tf.Tensor1D }

/** Says of every digit that it is a 1. */
class Ones extends BaseModel<DigitBatch> {
  readonly bias = this.addParameter('bias', tf.zeros([10]))

  forward({ inputs, labels }: DigitBatch, mode: ForwardMode) {
    const logits = tf.add(tf.oneHot(tf.fill([inputs.shape[0]], 1, 'int32'), 10).mul(9), this.bias)
    if (mode !== 'loss') return tf.softmax(logits)
    return { loss: tf.losses.softmaxCrossEntropy(tf.oneHot(labels, 10), logits) }
  }
}

/** The first real handwritten digit of each of the classes 0 to 3. */
async function firstDigits(): Promise<Float32Array> {
  const digits = [0, 1, 2, 3].map(async (label) => {
    const path = createRequire(import.meta.url).resolve(`mnist/src/digits/${label}.json`)
    const { data }: { data: number[] } = JSON.parse(await readFile(path, 'utf8'))
    return data.slice(0, 28 * 28)
  })
  return Float32Array.from((await Promise.all(digits)).flat())
}

const values = await firstDigits()
const dataset = new ArrayDataset(
  { inputs: { values, shape: [28, 28, 1] }, labels: { values: Int32Array.of(0, 1, 2, 3) } },
  { classes: ['zero', 'one', 'two', 'three'] },
)
const loader = { dataset, batchSize: 2 }

/** A run of two batches a pass, two epochs of training. */
function withDigits<Result>(
  hook: NaiveVisualizationHookOptions | undefined,
  action: (runner: Runner) => Promise<Result>,
  extra: Partial<RunnerOptions> = {},
): Promise<Result> {
  const options: Partial<RunnerOptions> = {
    model: new Ones(),
    trainDataloader: loader,
    valDataloader: loader,
    valEvaluator: { type: 'Accuracy' },
    testDataloader: loader,
    testEvaluator: { type: 'Accuracy' },
    customHooks: hook === undefined ? [] : [{ type: 'NaiveVisualizationHook', ...hook }],
    ...extra,
  }
  return withRunner(options, action)
}

async function filesOf(runner: Runner): Promise<string[]> {
  return (await readdir(runner.storage.join(runner.logDir, 'vis_data', 'vis_image'))).sort()
}

/** Remembers names and steps of pictures. */
class Album implements VisBackend {
  readonly pictures: [name: string, step: number][] = []

  addImage(name: string, _png: Uint8Array, step: number): void {
    this.pictures.push([name, step])
  }
}

async function pictured(hook: NaiveVisualizationHookOptions, action: (runner: Runner) => Promise<unknown>) {
  const album = new Album()
  await withDigits(hook, action, { visualizer: { type: 'Visualizer', visBackends: [album] } })
  return album.pictures
}

describe('NaiveVisualizationHook', () => {
  it('leaves a picture of every test digit below the log folder', async () => {
    await withDigits({}, async (runner) => {
      await runner.test()
      expect(await filesOf(runner)).toEqual(
        ['0_0', '0_1', '1_0', '1_1'].map((place) => `test_img_${place}_0.png`),
      )
      const path = runner.storage.join(runner.logDir, 'vis_data', 'vis_image', 'test_img_1_0_0.png')
      const png = PNG.sync.read(Buffer.from(await runner.storage.read(path)))
      expect([png.width, png.height]).toEqual([8 * 28 + 20, 8 * 28 + 20 + 40])
      const shades = Array.from({ length: 28 * 28 }, (_, place) => {
        const [x, y] = [10 + 8 * (place % 28), 10 + 8 * Math.floor(place / 28)]
        return png.data[4 * (y * png.width + x)]
      })
      const two = values.subarray(2 * 28 * 28, 3 * 28 * 28)
      expect(shades).toEqual(Array.from(two, (value) => Math.round(255 * value)))
    })
  })

  it('draws every so many batches, and no more of one than is allowed', async () => {
    expect(await pictured({ interval: 2, maxImages: 1 }, (runner) => runner.test())).toEqual([
      ['test_img/1_0', 0],
    ])
  })

  it('draws the loops that it is told to', async () => {
    const trained = await pictured({ modes: ['train', 'val'], maxImages: 1 }, (runner) => runner.train())
    expect(trained).toEqual([
      ['train_img/0', 1],
      ['train_img/0', 2],
      ['val_img/0_0', 2],
      ['val_img/1_0', 2],
      ['train_img/0', 3],
      ['train_img/0', 4],
      ['val_img/0_0', 4],
      ['val_img/1_0', 4],
    ])
    expect(await pictured({}, (runner) => runner.train())).toEqual([])
  })

  it('counts the training where its interval is a text, and of other loops draws the first batch', async () => {
    const modes = ['train', 'val'] as const
    const steps = async (interval: NonNullable<NaiveVisualizationHookOptions['interval']>) => {
      const all = await pictured({ modes, interval, maxImages: 1 }, (runner) => runner.train())
      return all.map(([name, step]) => `${name} ${step}`)
    }
    // Two batches an epoch.
    expect(await steps('1ep')).toEqual(['train_img/0 2', 'val_img/0_0 2', 'train_img/0 4', 'val_img/0_0 4'])
    expect(await steps('75%')).toEqual(['val_img/0_0 2', 'train_img/0 3', 'val_img/0_0 4'])
    expect(await steps('2it')).toEqual(['train_img/0 2', 'val_img/1_0 2', 'train_img/0 4', 'val_img/1_0 4'])
  })

  it('counts batches of training over the epochs', async () => {
    const trained = await pictured({ modes: ['train'], interval: 3 }, (runner) => runner.train())
    expect(trained).toEqual([
      ['train_img/0', 3],
      ['train_img/1', 3],
    ])
  })

  it('implements no point but those of its loops', () => {
    const dispatcher = new HookDispatcher(() => ({ epoch: 0, iter: 0 }))
    dispatcher.add({
      hook: new NaiveVisualizationHook({ modes: ['val'] }),
      name: 'NaiveVisualizationHook',
      key: 'NaiveVisualizationHook',
      priority: 50,
      packageName: undefined,
      before: undefined,
      after: undefined,
    })
    expect(dispatcher.has('afterValIter')).toBe(true)
    expect(dispatcher.has('afterTestIter')).toBe(false)
    expect(dispatcher.has('afterTrainIter')).toBe(false)
  })

  it('reads nothing where nobody looks', async () => {
    class Second extends SingleProcess {
      override readonly rank = 1
      override readonly worldSize = 2
    }
    // The field is missing: reading the batch would be an error.
    for (const extra of [
      { dist: new Second() },
      { visualizer: { type: 'Visualizer', visBackends: [] } },
    ] as const) {
      await withDigits({ images: 'absent' }, (runner) => runner.test(), extra)
    }
    await expect(withDigits({ images: 'absent' }, (runner) => runner.test())).rejects.toThrow(
      /NaiveVisualizationHook.*afterTestIter.*field 'absent'/s,
    )
  })

  it('warns once of labels that are none of the classes', async () => {
    const dataset = new ArrayDataset(
      { inputs: { values, shape: [28, 28, 1] }, labels: { values: Int32Array.of(0, 10, 11, 1) } },
      { classes: Array.from({ length: 10 }, (_, index) => `digit ${index}`) },
    )
    const warnings: string[] = []
    const write = (message: string, level: LogLevel) => {
      if (level === 'WARNING') warnings.push(message)
    }
    const extra = { testDataloader: { dataset, batchSize: 2 } }
    await withDigits(
      {},
      async (runner) => {
        runner.logger.addSink({ write })
        await runner.test()
      },
      extra,
    )
    expect(warnings).toEqual([
      expect.stringMatching(/the label 10 in batch 0 of test is none of the 10 classes, which count from 0/),
    ])
  })

  it('leaves no tensor', async () => {
    const tensorsAfter = (hook: NaiveVisualizationHookOptions | undefined) =>
      withDigits(hook, async (runner) => {
        await runner.train()
        await runner.test()
        return tf.memory().numTensors - before
      })
    let before = tf.memory().numTensors
    const without = await tensorsAfter(undefined)
    before = tf.memory().numTensors
    expect(await tensorsAfter({ modes: ['train', 'val', 'test'], maxImages: 1 })).toBe(without)
  })

  it.each([
    [{ interval: 0 }, /interval: is 0, but must be a whole number above 0/],
    [{ modes: ['tests'] }, /modes\[0\]: is 'tests', but must be a list of 'train', 'val' and 'test'/],
    [{ modes: [] }, /modes: is \[\], but must be a list/],
    [{ images: '' }, /images: is '', but must be the name of a field/],
    [{ imageShape: [28] }, /imageShape: is \[28\], but must be \[height, width\]/],
    [{ imageShape: [28, 28, 2] }, /imageShape: .*1, 3 or 4 channels/],
    [{ mean: [] }, /mean: is \[\], but must be a number, or one number per channel/],
    [{ std: [0.2, 0] }, /std.*must be a number that is not 0/],
    [{ range: [1, 1] }, /range: is \[1, 1\], but must be two numbers/],
    [{ scale: 1.5 }, /scale: is 1\.5, but must be a whole number from 1 to 16384, such as 8/],
    [{ scale: 1e6 }, /scale: is 1000000, but must be a whole number from 1 to 16384/],
    [{ minSize: 1e6 }, /minSize: is 1000000, but must be a whole number from 1 to 16384/],
    [{ classes: 'digits' }, /classes: is 'digits', but must be a list of names/],
    [{ drawGT: true }, /drawGT: is not an option\. Did you mean 'drawGt'/],
  ])('refuses %j', (options, message) => {
    expect(() => new NaiveVisualizationHook(JSON.parse(JSON.stringify(options)))).toThrow(message)
  })
})
