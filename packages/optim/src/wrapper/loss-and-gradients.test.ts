import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lossAndGradients } from './loss-and-gradients.js'

describe('lossAndGradients', () => {
  let used: tf.Variable<tf.Rank.R1>
  let unused: tf.Variable<tf.Rank.R1>

  beforeEach(async () => {
    await tf.setBackend('cpu')
    tf.tidy(() => {
      used = tf.variable(tf.tensor1d([1, 2]))
      unused = tf.variable(tf.tensor1d([3]))
    })
  })
  afterEach(() => tf.dispose([used, unused]))

  const parameters = () => [
    { name: 'used', variable: used },
    { name: 'unused', variable: unused },
  ]

  it('gives the loss whole and the gradients divided, and none for what the loss does not depend on', () => {
    tf.tidy(() => {
      const { value, gradients } = lossAndGradients(() => tf.sum(tf.square(used)), parameters(), 4)
      expect(value.dataSync()[0]).toBe(5)
      expect(Object.keys(gradients)).toEqual(['used'])
      expect([...(gradients.used?.dataSync() ?? [])]).toEqual([0.5, 1])
    })
  })

  const wrong = (loss: () => unknown) => () =>
    tf.tidy(() => {
      Reflect.apply(lossAndGradients, undefined, [loss, parameters(), 1])
    })

  it.each([
    ['a tensor of shape [2]', () => tf.square(used)],
    ['number', () => 3],
    ['undefined', () => undefined],
  ])('refuses %s as a loss', (found, loss) => {
    expect(wrong(loss)).toThrow(
      expect.objectContaining({ code: 'HL_OPTIM_LOSS', message: expect.stringContaining(found) }),
    )
  })

  it('says that nothing is trained when the loss is a constant', () => {
    expect(wrong(() => tf.scalar(1))).toThrow(
      expect.objectContaining({
        code: 'HL_OPTIM_NO_GRADIENT',
        message: expect.stringContaining('used, unused'),
      }),
    )
  })

  it('says so when everything is frozen', () => {
    expect(() => lossAndGradients(() => tf.scalar(1), [], 1)).toThrow(
      expect.objectContaining({ code: 'HL_OPTIM_NO_GRADIENT' }),
    )
  })

  it('leaves no open tape behind when the loss throws', () => {
    const failing = wrong(() => {
      throw new Error('broken model')
    })
    const before = tf.memory().numTensors
    expect(failing).toThrow('broken model')
    expect(tf.memory().numTensors).toBe(before)
    tf.tidy(() => {
      const { gradients } = lossAndGradients(() => tf.sum(used), parameters(), 1)
      expect([...(gradients.used?.dataSync() ?? [])]).toEqual([1, 1])
    })
  })
})
