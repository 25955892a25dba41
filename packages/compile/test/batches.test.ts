import { type ForwardMode, Hook, type Runner } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { expectClose, expectObstacle, expectSame } from './expect-same.js'
import { Plane, type PlaneBatch, planeTask } from './plane.js'
import { field, type Task } from './task.js'
import { train } from './train-both-ways.js'

/** Learns to give its inputs. */
class Autoencoder extends Plane {
  readonly decoder = this.addParameter('decoder', tf.tensor2d([0.3, 0.2, -0.1], [1, 3]))
  override forward({ inputs, labels }: PlaneBatch, mode: ForwardMode) {
    const decoded = tf.matMul(tf.tanh(tf.matMul(inputs, this.weight)), this.decoder)
    return mode === 'loss' ? { loss: tf.losses.meanSquaredError(labels, decoded) } : decoded
  }
}

/** Gives inputs as labels, in some iterations. */
class Self extends Hook {
  constructor(
    private readonly made: (inputs: tf.Tensor) => tf.Tensor,
    private readonly until = Number.POSITIVE_INFINITY,
  ) {
    super()
  }
  override beforeTrainIter({ iter }: Runner, _batchIdx: number, batch: Record<string, unknown>) {
    const { inputs, labels } = batch
    if (!(inputs instanceof tf.Tensor) || !(labels instanceof tf.Tensor) || iter >= this.until) return
    labels.dispose()
    batch.labels = this.made(inputs)
  }
}

function autoencoding(hook: () => Self): Task {
  const fields = { inputs: field([3], 1), labels: field([3], 2) }
  return { model: () => new Autoencoder(), fields, hooks: () => [hook()] }
}

describe('batches', () => {
  it('whose fields are the same tensor', async () => {
    await expectSame(
      autoencoding(() => new Self((inputs) => inputs)),
      25,
    )
  })

  it('whose fields share their data, as long as they do', async () => {
    await expectSame(
      autoencoding(() => new Self((inputs) => inputs.clone())),
      25,
    )
    await expectSame(
      autoencoding(() => new Self((inputs) => inputs.clone(), 12)),
      25,
    )
  })

  it('whose labels the step counts in JavaScript', async () => {
    class Masked extends Plane {
      override forward({ inputs, labels }: PlaneBatch, mode: ForwardMode) {
        const prediction = tf.add(tf.matMul(inputs, this.weight), this.bias)
        if (mode !== 'loss') return prediction
        const valid = [...labels.dataSync()].filter((label) => label > 0).length
        const mask = tf.cast(tf.greater(labels, 0), 'float32')
        return { loss: tf.div(tf.sum(tf.mul(mask, tf.squaredDifference(labels, prediction))), valid) }
      }
    }
    const task = planeTask(Masked, { fields: { inputs: field([3], 1), labels: field([1], 2, 9) } })
    await expectObstacle(task, 'reads values')
  })

  it('whose whole numbers are indices', async () => {
    class Embedding extends Plane {
      readonly table = this.addParameter('table', tf.tensor2d([0.1, 0.2, 0.3], [3, 1]))
      override forward({ inputs, labels }: PlaneBatch, mode: ForwardMode) {
        const prediction = tf.add(
          tf.matMul(inputs, this.weight),
          tf.gather(this.table, tf.reshape(labels, [-1])),
        )
        return mode === 'loss' ? { loss: tf.mean(tf.square(prediction)) } : prediction
      }
    }
    const task = planeTask(Embedding, { fields: { inputs: field([3], 1), labels: field([1], 2, 3) } })
    await expectSame(task, 25)
    const [eager, auto] = [await train(task, false), await train(task, 'auto')]
    expectClose(auto.losses, eager.losses)
    expect(auto.report?.eagerSteps).toBe(0)
  })
})
