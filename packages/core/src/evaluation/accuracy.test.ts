import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { Accuracy } from './accuracy.js'

it('counts an example with NaN among its scores as wrong', async () => {
  const before = tf.memory().numTensors
  const accuracy = new Accuracy({ topk: [1, 2] })
  const scores = tf.tensor2d([
    [Number.NaN, Number.NaN, Number.NaN],
    [0.1, 0.9, Number.NaN],
    [0.1, 0.9, 0.5],
    [0.7, 0.2, 0.1],
  ])
  const labels = tf.tensor1d([0, 1, 2, 0], 'int32')
  await accuracy.process({ labels }, scores)
  expect(accuracy.computeMetrics(accuracy.takeResults())).toEqual({ top1: 1 / 4, top2: 2 / 4 })
  tf.dispose([scores, labels])
  expect(tf.memory().numTensors).toBe(before)
})
