import {
  ArrayDataset,
  Hook,
  type HookConfig,
  MemoryStorage,
  Metric,
  type Model,
  modelRegistry,
  type Predictions,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import '@hookloop/hook-ema'
import { withRunner } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Pixels, Waiting } from '../test/pixels.js'
import { BaseTTAModel, PrepareTTAHook } from './index.js'
import { packageInfo } from './package-info.js'

/** Two images of three pixels in a row. */
const dataset = new ArrayDataset({ inputs: { values: Float32Array.of(1, 2, 3, 6, 5, 1), shape: [1, 3, 1] } })
const loader = { dataset, batchSize: 2 }

/** Gives the scores as they came. */
class Scores extends Metric<readonly number[]> {
  async process(_batch: object, outputs: Predictions): Promise<void> {
    const scores = outputs instanceof tf.Tensor ? outputs : Reflect.get(Object(outputs), 'scores')
    if (scores instanceof tf.Tensor) this.results.push([...(await scores.data())])
  }

  computeMetrics(results: readonly (readonly number[])[]) {
    return { scores: results.flat() }
  }
}

const flips = { type: 'ClassificationTTA', augmentations: ['Identity', 'HorizontalFlip'] } as const
const plain = [1, 2, 3, 6, 5, 1]
const flipped = [2, 2, 2, 3.5, 5, 3.5]

function options(extra: Partial<RunnerOptions>): Partial<RunnerOptions> {
  return {
    model: () => new Pixels(),
    trainDataloader: loader,
    trainCfg: { maxEpochs: 1 },
    valDataloader: loader,
    valEvaluator: new Scores(),
    testDataloader: loader,
    testEvaluator: new Scores(),
    customHooks: [{ type: 'PrepareTTAHook', ttaCfg: flips }],
    ...extra,
  }
}

class Inspect extends Hook {
  readonly seen: string[] = []

  override afterValIter(runner: Runner) {
    this.seen.push(`val ${runner.model.constructor.name}`)
  }

  override afterTestIter(runner: Runner) {
    this.seen.push(`test ${runner.model.constructor.name}`)
  }
}

describe('PrepareTTAHook', () => {
  it('merges what the model says of the views in a test, and not in a validation', async () => {
    const inspect = new Inspect()
    const customHooks: RunnerOptions['customHooks'] = [inspect, { type: 'PrepareTTAHook', ttaCfg: flips }]
    await withRunner(options({ customHooks }), async (runner) => {
      expect(await runner.test()).toEqual({ scores: flipped })
      expect(await runner.val()).toEqual({ scores: plain })
      expect(inspect.seen).toEqual(['test ClassificationTTA', 'val Pixels'])
    })
  })

  it('gives the model back after the test, so that it can be trained', async () => {
    const model = new Pixels()
    await withRunner(options({ model }), async (runner) => {
      await runner.test()
      expect(runner.model).toBe(model)
      expect(model.isTraining).toBe(false)
      await runner.train()
      expect(runner.iter).toBe(1)
      const weight = model.weight.dataSync()[0] ?? 1
      expect(weight).toBeLessThan(1)
      const { scores } = await runner.test()
      expect(scores).toEqual(flipped.map((score) => expect.closeTo(score * weight, 5)))
    })
  })

  it.each<[string, Model]>([
    ['at once', new Pixels()],
    ['with waiting', new Waiting()],
  ])('leaves no tensors behind a model that steps %s', async (_how, model) => {
    await withRunner(options({ model }), async (runner) => {
      expect(await runner.test()).toEqual({ scores: flipped })
      const { numTensors } = tf.memory()
      await runner.test()
      expect(tf.memory().numTensors).toBe(numTensors)
    })
  })

  it('gives the model back when the test fails', async () => {
    class Broken extends Scores {
      override async process(): Promise<void> {
        throw new Error('no ink')
      }
    }
    const model = new Pixels()
    await withRunner(options({ model, testEvaluator: new Broken() }), async (runner) => {
      await expect(runner.test()).rejects.toThrow('no ink')
      expect(runner.model).toBe(model)
      expect(await runner.val()).toEqual({ scores: plain })
    })
  })

  it('names the augmentation that failed', async () => {
    const broken = () => {
      throw new Error('no film')
    }
    const ttaCfg = { type: 'ClassificationTTA', augmentations: ['Identity', broken] } as const
    await withRunner(options({ customHooks: [new PrepareTTAHook({ ttaCfg })] }), (runner) =>
      expect(runner.test()).rejects.toThrow(/testStep.*under the augmentation broken: no film/),
    )
  })

  it('saves and loads under the names of the model, in the middle of a test too', async () => {
    class Save extends Hook {
      names: string[] = []

      override async afterTestIter(runner: Runner) {
        await runner.saveCheckpoint('in-test.safetensors')
        const checkpoint = await runner.loadCheckpoint('in-test.safetensors')
        this.names = Object.keys(checkpoint.stateDict)
        runner.model.loadStateDict(checkpoint.stateDict, { strict: true })
        tf.dispose({ ...checkpoint.stateDict })
      }
    }
    const save = new Save()
    const hook = { type: 'PrepareTTAHook', ttaCfg: flips } as const
    const storage = new MemoryStorage()
    await withRunner(options({ storage, customHooks: [hook, save] }), async (runner) => {
      await runner.test()
      expect(save.names).toEqual(['weight'])
      const again = options({ storage, loadFrom: 'in-test.safetensors' })
      await withRunner(again, async (second) => expect(await second.test()).toEqual({ scores: flipped }))
    })
  })

  const average = { type: 'EMAHook', momentum: 0.5 } as const
  const tta = { type: 'PrepareTTAHook', ttaCfg: flips } as const
  it.each([
    ['before', [average, tta]],
    ['after', [tta, average]],
  ] as const)('judges the averaged weights where it stands %s EMAHook', async (_where, customHooks) => {
    const model = new Pixels()
    const trainCfg = { maxEpochs: 3 }
    await withRunner(options({ model, trainCfg, customHooks }), async (runner) => {
      const live: number[] = []
      runner.registerHook(
        new (class extends Hook {
          override afterTrainIter() {
            live.push(...model.weight.dataSync())
          }
        })(),
      )
      await runner.train()
      // The first step copies, later ones take half of the new weight in.
      const [first = 0, second = 0, third = 0] = live
      const weight = ((first + second) / 2 + third) / 2
      expect(weight).not.toBeCloseTo(third, 3)
      const { scores } = await runner.test()
      expect(scores).toEqual(flipped.map((score) => expect.closeTo(score * weight, 4)))
      expect(model.weight.dataSync()[0]).toBe(third)
      expect(runner.model).toBe(model)
      await runner.train()
    })
  })
})

describe('a TTA model of your own', () => {
  const disposed: string[] = []

  class FirstTTA extends BaseTTAModel {
    override mergePredictions([first]: readonly Predictions[]): Predictions {
      return first
    }

    dispose() {
      disposed.push('FirstTTA')
    }
  }
  modelRegistry.register('FirstTTA', FirstTTA, packageInfo)
  modelRegistry.register('Pixels', Pixels, packageInfo)

  const customHooks = (type: string): readonly HookConfig[] =>
    JSON.parse(
      `[{ "type": "PrepareTTAHook", "ttaCfg": { "type": "${type}", "augmentations": ["VerticalFlip"] } }]`,
    )

  it('is found by its type, and frees what it owns after each test', async () => {
    await withRunner(options({ customHooks: customHooks('FirstTTA') }), async (runner) => {
      expect(await runner.test()).toEqual({ scores: plain })
      await runner.test()
      expect(disposed).toEqual(['FirstTTA', 'FirstTTA'])
    })
  })

  it('is not any model that happens to be registered', async () => {
    await withRunner(options({ customHooks: customHooks('Pixels') }), async (runner) => {
      await expect(runner.test()).rejects.toThrow(
        /ttaCfg names Pixels, which does not test the model.*HL_TTA_MODEL/,
      )
      expect(runner.model).toBeInstanceOf(Pixels)
    })
  })
})

describe('the options of PrepareTTAHook', () => {
  it.each<[object, RegExp]>([
    [{}, /customHooks\[0\]\.ttaCfg: is missing; it must be a config with a type/],
    [
      { ttaCfg: 'ClassificationTTA' },
      /customHooks\[0\]\.ttaCfg: is 'ClassificationTTA', but must be a config/,
    ],
    [{ ttaCfg: { augmentations: [] } }, /customHooks\[0\]\.ttaCfg\.type: is missing/],
    [
      { ttaCfg: { ...flips, type: 'ClassificatonTTA' } },
      /customHooks\[0\]\.ttaCfg\.type: no model is registered as 'ClassificatonTTA'\. Did you mean 'ClassificationTTA'\?/,
    ],
    [
      { ttaCfg: { ...flips, augmentations: [] } },
      /customHooks\[0\]\.ttaCfg\.augmentations: is \[\], but must hold/,
    ],
    [
      { ttaCfg: { ...flips, augmentations: ['Identity', 'HorisontalFlip'] } },
      /customHooks\[0\]\.ttaCfg\.augmentations\[1\]: is 'HorisontalFlip'.*Did you mean 'HorizontalFlip'\?/,
    ],
    [
      { ttaCfg: { ...flips, augmentations: [{ type: 'Shift', x: 0.5 }] } },
      /customHooks\[0\]\.ttaCfg\.augmentations\[0\]\.x: is 0\.5, but must be a whole number of pixels/,
    ],
    [
      { ttaCfg: { ...flips, augmentations: [{ type: 'Rotate9' }] } },
      /customHooks\[0\]\.ttaCfg\.augmentations\[0\]\.type: no augmentation is registered as 'Rotate9'\. Did you mean 'Rotate90'/,
    ],
    [{ ttaCfg: { ...flips, module: 'mine' } }, /customHooks\[0\]\.ttaCfg\.module: is not an option/],
    [
      { ttaCfg: flips, tta: 1 },
      /customHooks\[0\]\.tta: is not an option\. Did you mean 'ttaCfg'|Known: ttaCfg/,
    ],
  ])('refuses %j', (hook, message) => {
    const config = { model: new Pixels(), workDir: 'x', customHooks: [{ type: 'PrepareTTAHook', ...hook }] }
    expect(() => Runner.fromConfig(config)).toThrow(message)
  })

  it('are checked where a hook is made by hand too', () => {
    const augmentations: object = ['Flip']
    expect(() => Reflect.construct(PrepareTTAHook, [{ ttaCfg: { ...flips, augmentations } }])).toThrow(
      /PrepareTTAHook\.ttaCfg\.augmentations\[0\]: is 'Flip'/,
    )
  })

  it('are refused twice in a run', async () => {
    const hook = { type: 'PrepareTTAHook', ttaCfg: flips } as const
    await withRunner(options({ customHooks: [hook, hook] }), async (runner) => {
      await expect(runner.test()).rejects.toThrow(/two PrepareTTAHooks.*HL_TTA_TWICE/)
      expect(runner.model).toBeInstanceOf(Pixels)
    })
  })
})
