import { BaseModel, type ForwardMode, type StepOutputs } from '@hookloop/core'
import type { OptimWrapperDict } from '@hookloop/optim'
import * as tf from '@tensorflow/tfjs-core'

type LineBatch = { x: tf.Tensor2D; y: tf.Tensor2D }

/** An optimizer for each of the weights of a {@link LinePair}. */
export const pairOptimizers = {
  type: 'OptimWrapperDict',
  left: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } },
  right: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.05 } },
} as const

/** Two weights with an optimizer each: `left` fits y = x / 2, then `right` fits what `left` gives. */
export class LinePair extends BaseModel<LineBatch> {
  readonly left = this.addParameter('left.weight', tf.ones([1, 1]))
  readonly right = this.addParameter('right.weight', tf.zeros([1, 1]))
  /** Forward passes of training. */
  readonly passes = this.addBuffer('passes', tf.scalar(0))

  override trainStep({ x, y }: LineBatch, optimWrapper: OptimWrapperDict<'left' | 'right'>): StepOutputs {
    const left_loss = optimWrapper.get('left').updateParams(() => this.#distance(x, this.left, y))
    const wanted = tf.matMul(x, this.left)
    const right_loss = optimWrapper.get('right').updateParams(() => this.#distance(x, this.right, wanted))
    return { left_loss, right_loss }
  }

  forward({ x }: LineBatch, _mode: ForwardMode) {
    return tf.matMul(x, this.right)
  }

  #distance(x: tf.Tensor2D, weight: tf.Variable, y: tf.Tensor): tf.Scalar {
    this.passes.assign(tf.add(this.passes, 1))
    return tf.mean<tf.Scalar>(tf.squaredDifference(y, tf.matMul(x, weight)))
  }
}
