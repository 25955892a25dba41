import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LinearModel, linearBatch } from '../../test/linear-model.js'
import { OptimWrapper, type OptimWrapperOptions } from '../index.js'

const adam: OptimWrapperOptions = { optimizer: { type: 'Adam', lr: 0.05 } }

describe('the listener of an OptimWrapper', () => {
  let before = 0
  const owned: { dispose(): void }[] = []
  const own = <Owned extends { dispose(): void }>(thing: Owned): Owned => {
    owned.push(thing)
    return thing
  }
  const pass = (wrapper: OptimWrapper, model: LinearModel, index: number) =>
    tf.tidy(() => {
      const batch = linearBatch(index)
      wrapper.updateParams(() => model.lossOf(batch)).dispose()
    })

  beforeEach(async () => {
    await tf.setBackend('cpu')
    before = tf.memory().numTensors
  })
  afterEach(() => {
    for (const thing of owned.splice(0)) thing.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('hears of real updates only, with the gradients after clipping', () => {
    const model = own(new LinearModel())
    const wrapper = own(
      new OptimWrapper(model, {
        ...adam,
        accumulativeCounts: 2,
        clipGrad: { type: 'value', clipValue: 0.01 },
      }),
    )
    const seen: string[] = []
    wrapper.stepListener = {
      beforeStep: (gradients) => {
        const largest = Math.max(...Object.values(gradients).flatMap((gradient) => [...gradient.dataSync()]))
        seen.push(`before ${Object.keys(gradients).join()} ${largest <= Math.fround(0.01)}`)
      },
      afterStep: () => seen.push('after'),
    }
    for (let step = 0; step < 4; step++) pass(wrapper, model, step)
    expect(seen).toEqual(['before weight,bias true', 'after', 'before weight,bias true', 'after'])
  })

  it('may replace and delete gradients; what it puts in is freed', () => {
    const model = own(new LinearModel())
    const wrapper = own(new OptimWrapper(model, { optimizer: { type: 'SGD', lr: 1 } }))
    const replacement = tf.ones([2])
    wrapper.stepListener = {
      beforeStep: (gradients) => {
        delete gradients.weight
        gradients.bias = replacement
      },
    }
    const start = model.values()
    pass(wrapper, model, 0)
    expect(model.values().weight).toEqual(start.weight)
    expect(model.values().bias).toEqual([0.01, -0.02].map((value) => Math.fround(Math.fround(value) - 1)))
    expect(replacement.isDisposed).toBe(true)
  })

  it.each([
    ['of another shape', () => tf.ones([3]), 'float32 [3], but its parameter wants float32 [2]'],
    ['of another dtype', () => tf.ones([2], 'int32'), 'int32 [2]'],
  ])('must not put in a gradient %s', (_, wrong, message) => {
    const model = own(new LinearModel())
    const wrapper = own(new OptimWrapper(model, adam))
    wrapper.stepListener = {
      beforeStep: (gradients) => {
        gradients.bias = wrong()
      },
    }
    expect(() => pass(wrapper, model, 0)).toThrow(message)
  })

  it('must not put in a gradient of an unknown name', () => {
    const model = own(new LinearModel())
    const wrapper = own(new OptimWrapper(model, adam))
    wrapper.stepListener = {
      beforeStep: (gradients) => {
        gradients.bais = tf.ones([2])
      },
    }
    expect(() => pass(wrapper, model, 0)).toThrow("'bais' which has no gradient in this step")
  })

  it('that fails after the update leaves counters and parameters in agreement', () => {
    const model = own(new LinearModel())
    const wrapper = own(new OptimWrapper(model, adam))
    wrapper.stepListener = {
      afterStep: () => {
        throw new Error('hook')
      },
    }
    expect(() => pass(wrapper, model, 0)).toThrow('hook')
    expect(wrapper.innerCount).toBe(1)
  })
})
