import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { byLayer, gradientStatistics, statistics } from './gradient-statistics.js'

beforeAll(() => tf.setBackend('cpu'))

/** The numbers of each statistic, and how many tensors were left behind. */
function measure(gradients: tf.Tensor[]) {
  const before = tf.memory().numTensors
  const scalars = gradientStatistics(gradients)
  const values = Object.fromEntries(statistics.map((name) => [name, scalars[name].dataSync()[0]]))
  tf.dispose(scalars)
  return { values, kept: tf.memory().numTensors - before }
}

describe('statistics of gradients', () => {
  it('are those of all numbers of a layer together', () => {
    const { values, kept } = measure([tf.tensor2d([[3, 0]]), tf.tensor1d([4, 1])])
    expect(values.norm).toBeCloseTo(Math.sqrt(26), 5)
    expect(values.mean).toBe(2)
    expect(values.std).toBeCloseTo(Math.sqrt(2.5), 5)
    expect(values.zeros).toBe(0.25)
    expect(values.nonFinite).toBe(0)
    expect(kept).toBe(0)
  })

  it('count what is not finite and leave it out', () => {
    const infinity = Number.POSITIVE_INFINITY
    const { values } = measure([tf.tensor1d([Number.NaN, infinity, -infinity, 3, -3, 0])])
    expect(values).toMatchObject({ mean: 0, nonFinite: 3 })
    expect(values.norm).toBeCloseTo(Math.sqrt(18), 5)
    expect(values.std).toBeCloseTo(Math.sqrt(6), 5)
    expect(values.zeros).toBeCloseTo(1 / 3, 6)
  })

  it('are 0 where nothing is finite', () => {
    const { values } = measure([tf.scalar(Number.NaN)])
    expect(values).toEqual({ norm: 0, mean: 0, std: 0, zeros: 0, nonFinite: 1 })
  })
})

it('parameters belong to the layer that their names begin with', () => {
  const gradient = tf.scalar(1)
  const names = ['conv1.weight', 'conv1.bias', 'dense_Dense1/kernel', 'body.0.conv.weight', 'scale']
  const layers = byLayer(Object.fromEntries(names.map((name) => [name, gradient])))
  expect([...layers].map(([layer, gradients]) => [layer, gradients.length])).toEqual([
    ['conv1', 2],
    ['dense_Dense1', 1],
    ['body.0.conv', 1],
    ['scale', 1],
  ])
})
