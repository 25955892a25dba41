import '@tensorflow/tfjs'
import { BaseModel, type DataBatch, type ForwardMode, type Predictions } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'

/** A batch of images. */
export type Images = { inputs: tf.Tensor4D }

/** Scores each class by one pixel, and notes what it was asked. */
export class Pixels extends BaseModel<Images> {
  readonly weight = this.addParameter('weight', tf.scalar(1))
  readonly tensorsBefore: number[] = []

  forward({ inputs }: Images, mode: ForwardMode): Record<string, tf.Tensor> | tf.Tensor {
    this.tensorsBefore.push(tf.memory().numTensors)
    const scores = tf.mul(tf.reshape(inputs, [inputs.shape[0], -1]), this.weight)
    return mode === 'loss' ? { loss: tf.mean(scores) } : this.asPredictions(scores)
  }

  protected asPredictions(scores: tf.Tensor): Record<string, tf.Tensor> | tf.Tensor {
    return scores
  }
}

/** Gives its scores among others. */
export class Records extends Pixels {
  protected override asPredictions(scores: tf.Tensor) {
    return { scores, doubled: tf.mul(scores, 2), features: tf.ones([3]) }
  }
}

/** As a model whose steps wait for something; it leaves no tensor but its predictions behind. */
export class Waiting extends Pixels {
  readonly asyncSteps = true

  override async testStep(batch: DataBatch): Promise<Predictions> {
    await Promise.resolve()
    return tf.tidy(() => ({ scores: this.forward(this.asBatch(batch), 'tensor') }))
  }
}

/** Waits without saying so. */
export class ForgetfulWaiting extends Pixels {
  override async testStep(): Promise<Predictions> {
    return undefined
  }
}
