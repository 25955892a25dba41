import { ArrayDataset, BaseModel, type ForwardMode } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { field, type Task } from './task.js'

export type EmbeddingBatch = { inputs: tf.Tensor2D; labels: tf.Tensor1D }

/** Looks labels up in a table of five rows: TensorFlow refuses any other. */
export class Embedding extends BaseModel<EmbeddingBatch> {
  readonly table = this.addParameter('table', tf.randomUniform([5, 4], -1, 1, 'float32', 4))
  readonly weight = this.addParameter('weight', tf.randomUniform([4, 5], -1, 1, 'float32', 3))

  forward({ inputs, labels }: EmbeddingBatch, mode: ForwardMode) {
    const logits = tf.matMul(tf.add(inputs, tf.gather(this.table, labels)), this.weight)
    return mode === 'loss'
      ? { loss: tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Tensor>(tf.oneHot(labels, 5), logits) }
      : logits
  }
}

/** The table is looked up for the log only, so that no update needs it. */
export class Watched extends Embedding {
  override forward({ inputs, labels }: EmbeddingBatch, mode: ForwardMode) {
    // First, since tfjs forgets what it keeps for gradients where an operation fails on the way to the loss.
    const watched = tf.mean(tf.gather(this.table, labels))
    const logits = tf.matMul(inputs, this.weight)
    if (mode !== 'loss') return logits
    return {
      loss: tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Tensor>(tf.oneHot(labels, 5), logits),
      watched,
    }
  }
}

/** @param badExample whose label is none; its batch is that of its number divided by four */
export function embeddingTask(
  badExample: number | undefined,
  { model = () => new Embedding(), ...task }: Partial<Task> = {},
): Task {
  const label = (index: number) => (index === badExample ? 9 : (index * 7) % 5)
  const dataset = new ArrayDataset({
    inputs: { values: Float32Array.from({ length: 208 }, (_, index) => Math.sin(index)), shape: [4] },
    labels: { values: Int32Array.from({ length: 52 }, (_, index) => label(index)), shape: [] },
  })
  const sampler = { type: 'DefaultSampler', shuffle: false } as const
  return {
    fields: { inputs: field([4], 1) },
    epochs: 2,
    ...task,
    model,
    options: { trainDataloader: { dataset, batchSize: 4, sampler }, ...task.options },
  }
}
