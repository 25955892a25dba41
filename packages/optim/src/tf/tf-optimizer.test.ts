import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LinearModel, linearBatch } from '../../test/linear-model.js'
import { OptimWrapper, TfOptimizer } from '../index.js'

const makers: Record<string, (learningRate: number) => tf.Optimizer> = {
  sgd: (learningRate) => tf.train.sgd(learningRate),
  momentum: (learningRate) => tf.train.momentum(learningRate, 0.9),
  nesterov: (learningRate) => tf.train.momentum(learningRate, 0.9, true),
  adagrad: (learningRate) => tf.train.adagrad(learningRate),
  adadelta: (learningRate) => tf.train.adadelta(learningRate),
  adam: (learningRate) => tf.train.adam(learningRate),
  adamax: (learningRate) => tf.train.adamax(learningRate),
  rmsprop: (learningRate) => tf.train.rmsprop(learningRate, 0.9, 0.5),
  centered: (learningRate) => tf.train.rmsprop(learningRate, 0.9, 0.5, 1e-3, true),
}
const names = Object.keys(makers)

function optimizer(name: string, learningRate: number): tf.Optimizer {
  const make = makers[name]
  if (make === undefined) throw new Error(`no optimizer ${name}`)
  return make(learningRate)
}

function pass(wrapper: OptimWrapper, model: LinearModel, index: number): void {
  tf.tidy(() => {
    const batch = linearBatch(index)
    wrapper.updateParams(() => model.lossOf(batch)).dispose()
  })
}

describe('TfOptimizer', () => {
  let before = 0
  const owned: { dispose(): void }[] = []
  const own = <Owned extends { dispose(): void }>(thing: Owned): Owned => {
    owned.push(thing)
    return thing
  }

  beforeEach(async () => {
    await tf.setBackend('cpu')
    before = tf.memory().numTensors
  })
  afterEach(() => {
    for (const thing of owned.splice(0)) thing.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each(names)('%s updates as tfjs does by itself', (name) => {
    const [ours, theirs] = [own(new LinearModel()), own(new LinearModel())]
    const wrapper = own(new OptimWrapper(ours, { optimizer: optimizer(name, 0.05) }))
    const peer = own(new TfOptimizer([], optimizer(name, 0.05))).optimizer
    for (let step = 0; step < 5; step++) {
      pass(wrapper, ours, step)
      tf.tidy(() => {
        const batch = linearBatch(step)
        peer.minimize(() => theirs.lossOf(batch), false, [theirs.weight, theirs.bias])
      })
    }
    expect(ours.values()).toEqual(theirs.values())
  })

  it.each(names)('%s takes the learning rate that a scheduler writes', (name) => {
    const [driven, fixed] = [own(new LinearModel()), own(new LinearModel())]
    const wrapper = own(new OptimWrapper(driven, { optimizer: optimizer(name, 0.5) }))
    const [group] = wrapper.paramGroups
    expect(group?.lr).toBe(0.5)
    if (group !== undefined) group.lr = 0.05
    const peer = own(new OptimWrapper(fixed, { optimizer: optimizer(name, 0.05) }))
    pass(wrapper, driven, 0)
    pass(peer, fixed, 0)
    expect(driven.values()).toEqual(fixed.values())
    expect(wrapper.getLr()).toEqual({ lr: [0.05] })
  })

  it.each(names)('%s goes on from a saved state as if it had never stopped, to the bit', (name) => {
    const [straight, first, second] = [own(new LinearModel()), own(new LinearModel()), own(new LinearModel())]
    const straightWrapper = own(new OptimWrapper(straight, { optimizer: optimizer(name, 0.05) }))
    for (let step = 0; step < 6; step++) pass(straightWrapper, straight, step)

    const firstWrapper = own(new OptimWrapper(first, { optimizer: optimizer(name, 0.05) }))
    for (let step = 0; step < 3; step++) pass(firstWrapper, first, step)
    tf.tidy(() => {
      second.loadStateDict(first.stateDict())
    })
    const secondWrapper = own(new OptimWrapper(second, { optimizer: optimizer(name, 0.05) }))
    secondWrapper.loadStateDict(firstWrapper.stateDict())
    for (let step = 3; step < 6; step++) pass(secondWrapper, second, step)
    expect(second.values()).toEqual(straight.values())
  })

  it.each(names)('%s holds the same number of tensors after every step', (name) => {
    const model = own(new LinearModel())
    const wrapper = own(new OptimWrapper(model, { optimizer: optimizer(name, 0.05) }))
    pass(wrapper, model, 0)
    const held = tf.memory().numTensors
    for (let step = 1; step < 5; step++) pass(wrapper, model, step)
    expect(tf.memory().numTensors).toBe(held)
  })

  it('leaves a parameter without gradient where it is, momentum and all', () => {
    const model = own(new LinearModel())
    const wrapper = own(new OptimWrapper(model, { optimizer: tf.train.momentum(0.1, 0.9) }))
    pass(wrapper, model, 0)
    const { bias } = model.values()
    model.bias.trainable = false
    pass(wrapper, model, 1)
    expect(model.values().bias).toEqual(bias)
  })

  it('refuses the state of another optimizer, of other parameters and of before the first update', () => {
    const model = own(new LinearModel())
    const adam = own(new OptimWrapper(model, { optimizer: tf.train.adam(0.1) }))
    const fresh = adam.stateDict()
    pass(adam, model, 0)
    const state = adam.stateDict()
    const sgd = own(new OptimWrapper(model, { optimizer: tf.train.sgd(0.1) }))
    expect(() => sgd.loadStateDict(state)).toThrow('it was saved by Adam, but this run uses SGD')
    const part = { parameters: () => ({ weight: model.weight }) }
    const other = own(new OptimWrapper(part, { optimizer: tf.train.adam(0.1) }))
    expect(() => other.loadStateDict(state)).toThrow(
      'it is of the parameters weight,bias, but this run has weight',
    )
    expect(() => adam.loadStateDict(fresh)).toThrow('before the first update')
  })

  it('says so when schedulers could not drive an optimizer', () => {
    class Blind extends tf.SGDOptimizer {
      override setLearningRate(): void {}
    }
    const blind = new Blind(0.1)
    const model = own(new LinearModel())
    const wrapper = new OptimWrapper(model, { optimizer: blind })
    const [group] = wrapper.paramGroups
    if (group !== undefined) group.lr = 0.2
    expect(() => pass(wrapper, model, 0)).toThrow(
      expect.objectContaining({ code: 'HL_OPTIM_TF_LEARNING_RATE' }),
    )
    Reflect.deleteProperty(blind, 'learningRate')
    expect(() => new TfOptimizer([], blind)).toThrow("keeps no number in a field 'learningRate'")
  })

  it('has no groups for paramwise settings', () => {
    const model = own(new LinearModel())
    const optimizer = own(tf.train.sgd(0.1))
    expect(() => new OptimWrapper(model, { optimizer, paramwiseCfg: { biasLrMult: 2 } })).toThrow(
      expect.objectContaining({ code: 'HL_OPTIM_PARAMWISE' }),
    )
  })
})
