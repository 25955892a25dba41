import type { DataBatch, HookConfig, Model, Predictions } from '@hookloop/core'
import { mul, type Tensor4D } from '@tensorflow/tfjs-core'
import { expectTypeOf, it } from 'vitest'
import { BaseTTAModel, type TTAOptions } from '../src/index.js'

interface BoxTTAOptions extends TTAOptions {
  readonly overlap: number
}

declare module '../src/index.js' {
  interface TTAModelConfigs {
    BoxTTA: BoxTTAOptions
  }
  interface AugmentationConfigs {
    Blur: { readonly radius: number }
  }
}

it('offers the options of the TTA model and of each augmentation', () => {
  type Images = { readonly inputs: Tensor4D }
  const brighter = (batch: Images) => ({ ...batch, inputs: mul(batch.inputs, 1.1) })
  const same = (batch: DataBatch) => batch
  const whole: HookConfig = {
    type: 'PrepareTTAHook',
    ttaCfg: {
      type: 'ClassificationTTA',
      augmentations: [
        'Identity',
        { type: 'HorizontalFlip' },
        'Rotate90',
        { type: 'Rotate90', times: 3 },
        { type: 'Shift', x: 1, y: 0 },
        { type: 'Shift', y: -1 },
        { type: 'Scale', factor: 1.1 },
        { type: 'Blur', radius: 2 },
        brighter,
        same,
        (batch) => ({ ...batch }),
      ],
      merge: 'vote',
      scores: ['scores', 'other'],
    },
  }
  const own: HookConfig = {
    type: 'PrepareTTAHook',
    ttaCfg: { type: 'BoxTTA', augmentations: ['Identity'], overlap: 0.5 },
  }
  expectTypeOf([whole, own]).toExtend<HookConfig[]>()
})

it('refuses what there is not', () => {
  const type = 'PrepareTTAHook'
  const augmentations = ['Identity'] as const
  // @ts-expect-error: an option belongs to it
  const nothing: HookConfig = { type }
  // @ts-expect-error: no TTA model of that name
  const model: HookConfig = { type, ttaCfg: { type: 'DetectionTTA', augmentations } }
  // @ts-expect-error: no augmentation of that name
  const name: HookConfig = { type, ttaCfg: { type: 'ClassificationTTA', augmentations: ['Flip'] } }
  const noBatch = (count: number) => count
  // @ts-expect-error: a function must take and give a batch
  const wrong: HookConfig = { type, ttaCfg: { type: 'ClassificationTTA', augmentations: [noBatch] } }
  // @ts-expect-error: a shift has to say by how much
  const shift: HookConfig = { type, ttaCfg: { type: 'ClassificationTTA', augmentations: ['Shift'] } }
  const turns = { type: 'Rotate90', times: 4 } as const
  // @ts-expect-error: four quarter turns are none
  const turn: HookConfig = { type, ttaCfg: { type: 'ClassificationTTA', augmentations: [turns] } }
  // @ts-expect-error: a merge that there is not
  const merge: HookConfig = { type, ttaCfg: { type: 'ClassificationTTA', augmentations, merge: 'max' } }
  // @ts-expect-error: an option that there is not
  const option: HookConfig = { type, ttaCfg: { type: 'ClassificationTTA', augmentations, merges: 'vote' } }
  expectTypeOf([nothing, model, name, wrong, shift, turn, merge, option]).toBeArray()
})

it('is a model, with the merge left to subclasses', () => {
  class First extends BaseTTAModel {
    override mergePredictions([first]: readonly Predictions[]): Predictions {
      return first
    }
  }
  expectTypeOf<First>().toExtend<Model>()
  expectTypeOf<ConstructorParameters<typeof First>>().toExtend<[TTAOptions & { readonly module: Model }]>()
  // @ts-expect-error: a base class has no merge of its own
  expectTypeOf(() => new BaseTTAModel({ module, augmentations: [] })).toBeFunction()
})

declare const module: Model
