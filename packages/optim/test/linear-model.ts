import { BaseModel, type ForwardMode } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'

/** Inputs `[batch, 3]` and targets `[batch, 2]`. */
export interface LinearBatch {
  inputs: tf.Tensor2D
  targets: tf.Tensor2D
}

/** `inputs · weight + bias` with the mean squared error over all elements. */
export class LinearModel extends BaseModel<LinearBatch & Record<string, tf.Tensor>> {
  readonly weight = this.addParameter('weight', tf.tensor2d([0.1, 0.05, -0.2, 0.4, 0.3, -0.15], [3, 2]))
  readonly bias = this.addParameter('bias', tf.tensor1d([0.01, -0.02]))

  override forward(batch: LinearBatch, mode: ForwardMode) {
    const outputs = tf.add(tf.matMul(batch.inputs, this.weight), this.bias)
    return mode === 'loss' ? { loss: this.lossOf(batch) } : outputs
  }

  lossOf({ inputs, targets }: LinearBatch): tf.Scalar {
    return tf.mean<tf.Scalar>(
      tf.squaredDifference(tf.add(tf.matMul(inputs, this.weight), this.bias), targets),
    )
  }

  values(): Record<string, number[]> {
    return { weight: [...this.weight.dataSync()], bias: [...this.bias.dataSync()] }
  }
}

/** Batch number `index` of an endless series; the same index gives the same batch. */
export function linearBatch(index: number): LinearBatch {
  const wave = (offset: number) => Math.sin(1 + index * 12.9898 + offset * 78.233) * 1.5
  return {
    inputs: tf.tensor2d(
      Array.from({ length: 12 }, (_, place) => wave(place)),
      [4, 3],
    ),
    targets: tf.tensor2d(
      Array.from({ length: 8 }, (_, place) => wave(place + 50)),
      [4, 2],
    ),
  }
}
