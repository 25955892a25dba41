import { BaseModel, type StepOutputs } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import type { OptimWrapperDict } from '../src/index.js'
import { type LinearBatch, linearBatch } from './linear-model.js'

type Batch = LinearBatch & Record<string, tf.Tensor>

/** A generator of points and a discriminator that tells them from those of the batch, as small as can be. */
export class TwoPartModel extends BaseModel<Batch> {
  readonly weight = this.addParameter(
    'generator.weight',
    tf.tensor2d([0.1, 0.05, -0.2, 0.4, 0.3, -0.1], [3, 2]),
  )
  readonly bias = this.addParameter('generator.bias', tf.tensor1d([0.01, -0.02]))
  readonly judge = this.addParameter('discriminator.weight', tf.tensor2d([0.3, -0.2], [2, 1]))
  readonly passes = this.addBuffer('passes', tf.scalar(0))

  override forward(): never {
    throw new Error('this model trains in its own trainStep')
  }

  /** The discriminator learns first; what it learned is in the loss of the generator. */
  override trainStep(
    batch: Batch,
    optimWrapper: OptimWrapperDict<'generator' | 'discriminator'>,
  ): StepOutputs {
    const d_loss = optimWrapper.get('discriminator').updateParams(() => this.discriminatorLoss(batch))
    const g_loss = optimWrapper.get('generator').updateParams(() => this.generatorLoss(batch))
    return { d_loss, g_loss }
  }

  discriminatorLoss({ inputs, targets }: LinearBatch): tf.Scalar {
    const [real, fake] = [this.#judged(targets), this.#judged(this.#generated(inputs))]
    return tf.mean<tf.Scalar>(tf.add(tf.softplus(tf.neg(real)), tf.softplus(fake)))
  }

  generatorLoss({ inputs }: LinearBatch): tf.Scalar {
    return tf.mean<tf.Scalar>(tf.softplus(tf.neg(this.#judged(this.#generated(inputs)))))
  }

  values(): Record<string, number[]> {
    const state = { ...this.parameters(), ...this.buffers() }
    return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, [...value.dataSync()]]))
  }

  #generated(inputs: tf.Tensor2D): tf.Tensor2D {
    this.passes.assign(tf.add(this.passes, 1))
    return tf.add(tf.matMul(inputs, this.weight), this.bias)
  }

  #judged(points: tf.Tensor2D): tf.Tensor2D {
    return tf.matMul(points, this.judge)
  }
}

/** Steps from `from` up to `to`, as a loop makes them. */
export function trainSteps(
  model: TwoPartModel,
  optimWrapper: OptimWrapperDict<'generator' | 'discriminator'>,
  from: number,
  to: number,
): void {
  for (let index = from; index < to; index++) {
    optimWrapper.beginStep()
    tf.tidy(() => void model.trainStep({ ...linearBatch(index) }, optimWrapper))
    optimWrapper.endStep()
  }
}
