import {
  type OptimWrapper as CoreOptimWrapper,
  disposeTensors,
  type OptimWrapperConfigs,
  type TypedConfig,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest'
import { linearBatch } from '../../test/linear-model.js'
import { TwoPartModel, trainSteps } from '../../test/two-part-model.js'
import { OptimWrapper, OptimWrapperDict, type OptimWrapperDictEntry, SGD } from '../index.js'
import type { WrapperConfig } from './dict-options.js'

type Entries = Record<'generator' | 'discriminator', OptimWrapperDictEntry>

const adam: WrapperConfig = {
  type: 'OptimWrapper',
  optimizer: { type: 'Adam', lr: 0.05, betas: [0.5, 0.99] },
}
const sgd: WrapperConfig = { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } }

describe('OptimWrapperDict', () => {
  let before = 0
  const made: { dispose(): void }[] = []
  const makeModel = () => {
    const model = new TwoPartModel()
    made.push(model)
    return model
  }
  const make = (model: TwoPartModel, extra: Partial<Entries> = {}) => {
    const wrapper = new OptimWrapperDict(model, { generator: adam, discriminator: sgd, ...extra })
    made.push(wrapper)
    return wrapper
  }

  beforeEach(async () => {
    await tf.setBackend('cpu')
    before = tf.memory().numTensors
  })

  // Every test must leave nothing behind once its models and wrappers are disposed.
  afterEach(() => {
    for (const owner of made.splice(0).reverse()) owner.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('trains with each optimizer its own part only', () => {
    const model = makeModel()
    const optimWrapper = make(model)
    const start = model.values()
    tf.tidy(() => {
      const batch = linearBatch(0)
      optimWrapper
        .get('discriminator')
        .updateParams(() => model.discriminatorLoss(batch))
        .dispose()
    })
    const middle = model.values()
    expect(middle).toEqual({
      ...start,
      'discriminator.weight': expect.not.arrayContaining(start['discriminator.weight'] ?? []),
      passes: [1],
    })
    tf.tidy(() => {
      const batch = linearBatch(0)
      optimWrapper
        .get('generator')
        .updateParams(() => model.generatorLoss(batch))
        .dispose()
    })
    const end = model.values()
    expect(end['discriminator.weight']).toEqual(middle['discriminator.weight'])
    expect(end['generator.weight']).not.toEqual(start['generator.weight'])
    expect(end['generator.bias']).not.toEqual(start['generator.bias'])
  })

  it('computes what two wrappers without it compute', () => {
    const [model, apart] = [makeModel(), makeModel()]
    trainSteps(model, make(model), 0, 6)
    const part = (place: string) => ({
      parameters: () =>
        Object.fromEntries(Object.entries(apart.parameters()).filter(([name]) => name.startsWith(place))),
    })
    const generator = new OptimWrapper(part('generator'), { optimizer: adam.optimizer })
    const discriminator = new OptimWrapper(part('discriminator'), { optimizer: sgd.optimizer })
    for (let index = 0; index < 6; index++) {
      tf.tidy(() => {
        const batch = linearBatch(index)
        discriminator.updateParams(() => apart.discriminatorLoss(batch)).dispose()
        generator.updateParams(() => apart.generatorLoss(batch)).dispose()
      })
    }
    expect(model.values()).toEqual(apart.values())
    made.push(generator, discriminator)
  })

  it('takes wrappers that are made already', () => {
    const model = makeModel()
    const generator = new OptimWrapper(model, { ...adamOptions(), parameters: ['generator'] })
    const optimWrapper = make(model, { generator })
    expect(optimWrapper.get('generator')).toBe(generator)
    trainSteps(model, optimWrapper, 0, 2)
    const other = makeModel()
    trainSteps(other, make(other), 0, 2)
    expect(model.values()).toEqual(other.values())
  })

  it('knows what optimizers hold that are made already', () => {
    const model = makeModel()
    const named = (name: string) => ({ name, variable: model.parameters()[name] ?? model.bias })
    const all = Object.keys(model.parameters()).map(named)
    const judge: WrapperConfig = { type: 'OptimWrapper', optimizer: new SGD([named('discriminator.weight')]) }
    const optimWrapper = make(model, { discriminator: judge })
    trainSteps(model, optimWrapper, 0, 1)
    const greedy: WrapperConfig = { type: 'OptimWrapper', optimizer: new SGD(all) }
    expect(() => make(model, { discriminator: greedy })).toThrow(
      /'generator\.weight' would be trained by discriminator and by generator.*HL_OPTIM_DUPLICATE/,
    )
    expect(() => make(model, { discriminator: { ...judge, parameters: ['discriminator'] } })).toThrow(
      /must be left out beside an optimizer that is made already/,
    )
  })

  it('gives an optimizer the parts that its parameters lists', () => {
    const model = makeModel()
    const optimWrapper = new OptimWrapperDict(model, {
      weights: { ...sgd, parameters: ['generator.weight', 'discriminator'] },
      biases: { ...adam, parameters: ['generator'] },
    })
    made.push(optimWrapper)
    const names = optimWrapper.paramGroups.map(({ params }) => params.map(({ name }) => name))
    expect(names).toEqual([['generator.weight', 'discriminator.weight'], ['generator.bias']])
  })

  it('tells learning rates, momenta and log values under the names', () => {
    const model = makeModel()
    const optimWrapper = make(model, {
      generator: { ...adam, paramwiseCfg: { biasLrMult: 2 }, clipGrad: { maxNorm: 1e-3 } },
    })
    expect(optimWrapper.getLr()).toEqual({
      'generator.base_lr': [0.05],
      'generator.lr': [0.05, 0.1],
      'discriminator.lr': [0.1],
    })
    expect(optimWrapper.getMomentum()).toEqual({
      'generator.momentum': [0.5, 0.5],
      'discriminator.momentum': [0.9],
    })
    expect(optimWrapper.paramGroups.map(({ lr }) => lr)).toEqual([0.05, 0.1, 0.05, 0.1])
    expect(optimWrapper.takeLogValues()).toBeUndefined()
    trainSteps(model, optimWrapper, 0, 1)
    const values = optimWrapper.takeLogValues()
    expect(values).toEqual({ 'generator.grad_norm': expect.any(tf.Tensor) })
    disposeTensors(values)
    expect(optimWrapper.takeLogValues()).toBeUndefined()
  })

  it('lets the listener hear every update, with the names of the model', () => {
    const model = makeModel()
    const optimWrapper = make(model, { generator: { ...adam, accumulativeCounts: 2 } })
    const heard: string[] = []
    const listener = {
      beforeStep: (gradients: object) => heard.push(Object.keys(gradients).join()),
      afterStep: () => heard.push('after'),
    }
    optimWrapper.stepListener = listener
    trainSteps(model, optimWrapper, 0, 2)
    const [discriminator, generator] = ['discriminator.weight', 'generator.weight,generator.bias']
    expect(heard).toEqual([discriminator, 'after', discriminator, 'after', generator, 'after'])
    expect(optimWrapper.stepListener).toBe(listener)
  })

  it('counts passes per optimizer, whatever the length of the run is', () => {
    const model = makeModel()
    const optimWrapper = make(model, { generator: { ...adam, accumulativeCounts: 3 } })
    const asRunnersKnowIt: CoreOptimWrapper = optimWrapper
    asRunnersKnowIt.initializeCountStatus(0, 4)
    const start = model.values()
    trainSteps(model, optimWrapper, 0, 2)
    expect(model.values()['generator.weight']).toEqual(start['generator.weight'])
    trainSteps(model, optimWrapper, 2, 3)
    const updated = model.values()
    expect(updated['generator.weight']).not.toEqual(start['generator.weight'])
    trainSteps(model, optimWrapper, 3, 4)
    expect(model.values()['generator.weight']).toEqual(updated['generator.weight'])
  })

  it('goes on from a saved state as if it had never stopped, also inside of a step, to the bit', () => {
    const configs: Partial<Entries>[] = [
      {},
      { generator: { ...adam, accumulativeCounts: 3, clipGrad: { maxNorm: 0.2 } } },
      { generator: sgd, discriminator: { ...adam, accumulativeCounts: 2 } },
      { generator: { ...adam, paramwiseCfg: { biasLrMult: 2 }, accumulativeCounts: 2 } },
    ]
    const failures = fc.constantFrom(undefined, 'discriminator', 'generator')
    fc.assert(
      fc.property(fc.constantFrom(...configs), fc.nat(7), failures, (extra, cut, failing) => {
        const straight = makeModel()
        trainSteps(straight, make(straight, extra), 0, 8)

        const first = makeModel()
        const firstWrapper = make(first, extra)
        trainSteps(first, firstWrapper, 0, cut)
        const done = cut + (failing === undefined ? 0 : failInside(first, firstWrapper, cut, failing))
        const second = makeModel()
        second.loadStateDict(first.stateDict())
        const secondWrapper = make(second, extra)
        secondWrapper.loadStateDict(firstWrapper.stateDict())
        trainSteps(second, secondWrapper, done, 8)
        expect(second.values()).toEqual(straight.values())

        // The run that failed can go on by itself too.
        trainSteps(first, firstWrapper, done, 8)
        expect(first.values()).toEqual(straight.values())
      }),
      { numRuns: 40 },
    )
  })

  it('names the optimizer whose loss is no number', () => {
    const model = makeModel()
    const optimWrapper = make(model)
    const fail = () =>
      tf.tidy(() =>
        optimWrapper.get('generator').updateParams(() => tf.scalar(Number.NaN).mul(model.bias.sum())),
      )
    expect(fail).toThrow(/the loss is NaN \(generator, learning rate 0.05, after 0 passes\)/)
  })

  it('refuses to guess which optimizer a loss is for', () => {
    const optimWrapper = make(makeModel())
    expect(() => optimWrapper.updateParams()).toThrow(
      /several optimizers \(generator, discriminator\).*call optimWrapper\.get\('generator'\)\.updateParams\(loss\).*HL_OPTIM_SEVERAL/,
    )
  })

  it('names the nearest optimizer to one that it has not', () => {
    const optimWrapper = make(makeModel())
    expect(() => Reflect.apply(optimWrapper.get, optimWrapper, ['genrator'])).toThrow(
      /no optimizer 'genrator'\. Did you mean 'generator'\?.*has generator, discriminator.*HL_OPTIM_NAME/,
    )
    expect(() => Reflect.apply(optimWrapper.get, optimWrapper, ['toString'])).toThrow(/HL_OPTIM_NAME/)
  })

  it('refuses the state of other optimizers before anything is changed', () => {
    const [model, other] = [makeModel(), makeModel()]
    const optimWrapper = make(model)
    const single = new OptimWrapper(other, adamOptions())
    made.push(single)
    const state = optimWrapper.stateDict()
    expect(() => optimWrapper.loadStateDict(single.stateDict())).toThrow(
      /is of one optimizer, but optimWrapper has generator, discriminator.*HL_OPTIM_STATE/,
    )
    expect(() => optimWrapper.loadStateDict({ generator: {}, critic: {} })).toThrow(
      /of the optimizers generator, critic, but optimWrapper has generator, discriminator/,
    )
    expect(() => single.loadStateDict(state)).toThrow(
      /it was saved by several optimizers \(generator, discriminator\), but this run uses Adam.*HL_OPTIM_STATE/,
    )
    expect(optimWrapper.stateDict()).toEqual(state)
  })

  it.each<[object, string | RegExp]>([
    [{}, /OptimWrapperDict: is an object, but must name its optimizers/],
    [
      { generator: { optimizer: { type: 'Adam' } } },
      /OptimWrapperDict\.generator: is an object, but must be a config/,
    ],
    [{ generator: { type: 'OptimWrapperDict' } }, /OptimWrapperDict\.generator: is an object, but must be/],
    [{ constructor: 3, generator: adam }, /OptimWrapperDict\.constructor: is 3, but must be a config/],
    [{ generator: { type: 'OptimWraper' }, discriminator: sgd }, 'HL_UNKNOWN_TYPE'],
    [{ generator: adam }, /none of generator trains discriminator\.weight.*HL_OPTIM_UNASSIGNED/],
    [{ generator: adam, critic: sgd, discriminator: sgd }, /optimWrapper\.critic has nothing to train/],
  ])('refuses %o', (options, message) => {
    const model = makeModel()
    expect(() => Reflect.construct(OptimWrapperDict, [model, options])).toThrow(message)
  })

  it('types names and configs', () => {
    const optimWrapper = make(makeModel())
    expectTypeOf(optimWrapper.get).parameter(0).toEqualTypeOf<'generator' | 'discriminator'>()
    const config = {
      type: 'OptimWrapperDict',
      generator: adam,
      critic: { ...sgd, parameters: ['d'] },
    } as const
    expectTypeOf(config).toExtend<TypedConfig<OptimWrapperConfigs>>()
    const wrong: TypedConfig<OptimWrapperConfigs> = {
      type: 'OptimWrapperDict',
      // @ts-expect-error momentum is an option of SGD, not of Adam
      generator: { type: 'OptimWrapper', optimizer: { type: 'Adam', momentum: 0.9 } },
    }
    expect(wrong).toBeDefined()
  })

  /** A step that a hook ends before an optimizer updates. @returns 1 where it only accumulated and came to its end */
  function failInside(
    model: TwoPartModel,
    optimWrapper: OptimWrapperDict<'generator' | 'discriminator'>,
    index: number,
    failing: string,
  ): number {
    optimWrapper.stepListener = {
      beforeStep: (gradients) => {
        if (Object.keys(gradients).some((name) => name.startsWith(failing))) throw new Error('a hook')
      },
    }
    try {
      trainSteps(model, optimWrapper, index, index + 1)
      return 1
    } catch (error) {
      expect(String(error)).toContain('a hook')
      return 0
    } finally {
      optimWrapper.stepListener = {}
    }
  }
})

function adamOptions() {
  return { optimizer: adam.optimizer }
}
