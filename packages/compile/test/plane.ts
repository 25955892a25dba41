import { BaseModel, type ForwardMode } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { field, type Task } from './task.js'

export type PlaneBatch = { inputs: tf.Tensor2D; labels: tf.Tensor2D }

/** A plane through points, with one more thing that a test wants of it. */
export class Plane extends BaseModel<PlaneBatch> {
  readonly weight = this.addParameter('weight', tf.tensor2d([0.1, -0.2, 0.3], [3, 1]))
  readonly bias = this.addParameter('bias', tf.zeros([1]))

  forward({ inputs, labels }: PlaneBatch, mode: ForwardMode) {
    const prediction = tf.add(tf.matMul(inputs, this.weight), this.bias)
    return mode === 'loss'
      ? { loss: this.shaped(tf.losses.meanSquaredError(labels, prediction)) }
      : prediction
  }

  protected shaped(loss: tf.Tensor): tf.Tensor {
    return loss
  }
}

/** @param made the class of the model */
export function planeTask(made: new () => Plane = Plane, task: Partial<Task> = {}): Task {
  return { model: () => new made(), fields: { inputs: field([3], 1), labels: field([1], 2) }, ...task }
}
