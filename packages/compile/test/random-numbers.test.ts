import type { ForwardMode } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { describe, it } from 'vitest'
import { expectObstacle, expectSame } from './expect-same.js'
import { Plane, type PlaneBatch, planeTask } from './plane.js'

/** A plane whose loss is made of random numbers in some way. */
function shapedBy(shape: (loss: tf.Tensor) => tf.Tensor) {
  class Shaped extends Plane {
    protected override shaped(loss: tf.Tensor) {
      return shape(loss)
    }
  }
  return planeTask(Shaped, { examples: 40 })
}

describe('random numbers', () => {
  it.each<[string, (loss: tf.Tensor) => tf.Tensor]>([
    ['a rare decision in JavaScript', (loss) => (Math.random() < 0.05 ? tf.mul(loss, 0) : loss)],
    ['an even decision in JavaScript', (loss) => (Math.random() < 0.5 ? tf.mul(loss, 2) : loss)],
    ['a number for the graph', (loss) => tf.mul(loss, Math.random())],
    ['a whole number', (loss) => tf.mul(loss, tf.cast(tf.randomUniform([], 0, 3, 'int32'), 'float32'))],
    ['an order', (loss) => tf.mul(loss, tf.util.createShuffledIndices(4)[0] ?? 0)],
    ['too few to tell their range', (loss) => tf.mul(loss, tf.mean(tf.square(tf.randomUniform([3], -1, 1))))],
  ])('keep the step eager: %s', async (_name, shape) => {
    await expectObstacle(shapedBy(shape), /uses Math.random itself.*tf.where/)
  })

  it.each<[string, (loss: tf.Tensor) => tf.Tensor]>([
    ['a number', (loss) => tf.mul(loss, tf.randomUniform([]))],
    [
      'a decision in the graph',
      (loss) => tf.where(tf.less(tf.randomUniform([]), 0.5), loss, tf.mul(loss, 0.1)),
    ],
  ])('are drawn in the graph: %s', async (_name, shape) => {
    await expectSame(shapedBy(shape), 50)
  })

  it('order the rows of a batch', async () => {
    class Mixed extends Plane {
      override forward(batch: PlaneBatch, mode: ForwardMode) {
        if (mode !== 'loss') return super.forward(batch, mode)
        const { indices } = tf.topk(tf.randomUniform([4]), 4)
        const inputs = tf.add(batch.inputs, tf.gather(batch.inputs, indices)) as tf.Tensor2D
        return super.forward({ ...batch, inputs }, mode)
      }
    }
    await expectSame(planeTask(Mixed), 25)
  })
})
