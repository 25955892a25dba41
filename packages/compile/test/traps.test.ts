import { type ForwardMode, Hook, type OptimWrapper, type Runner } from '@hookloop/core'
import type { OptimWrapperDict } from '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectObstacle, expectSame } from './expect-same.js'
import { Plane, type PlaneBatch, planeTask } from './plane.js'
import type { Task } from './task.js'
import { train } from './train-both-ways.js'

describe('what a recording must not freeze', () => {
  let before = 0
  beforeEach(() => {
    before = tf.memory().numTensors
  })
  afterEach(() => expect(tf.memory().numTensors).toBe(before))

  it('values that the step reads', async () => {
    class Reading extends Plane {
      protected override shaped(loss: tf.Tensor) {
        return tf.mul(loss, (this.bias.dataSync()[0] ?? 0) + 1)
      }
    }
    await expectObstacle(planeTask(Reading), 'reads values')
  })

  it('values that are made of the batch in JavaScript', async () => {
    class Counting extends Plane {
      override forward(batch: PlaneBatch, mode: ForwardMode) {
        const losses = super.forward(batch, mode)
        if (losses instanceof tf.Tensor) return losses
        const positive = tf.sum(tf.cast(tf.greater(batch.labels, 0), 'int32')).dataSync()[0] ?? 0
        return { loss: tf.mul(losses.loss, 1 + positive) }
      }
    }
    await expectObstacle(planeTask(Counting), 'reads values')
  })

  it('numbers that count in JavaScript', async () => {
    class Counting extends Plane {
      #calls = 0
      protected override shaped(loss: tf.Tensor) {
        this.#calls += 1
        return tf.mul(loss, 1 / this.#calls)
      }
    }
    const auto = await train(planeTask(Counting), 'auto')
    expect(auto.report).toMatchObject({ compiledSteps: 0, obstacles: [expect.stringContaining('differ')] })
  })

  it('fields of the model that a step changes', async () => {
    class Averaging extends Plane {
      average = tf.keep(tf.scalar(1))
      protected override shaped(loss: tf.Tensor) {
        const { average } = this
        this.average = tf.keep(tf.tidy(() => tf.add(tf.mul(average, 0.9), tf.mul(loss, 0.1))))
        average.dispose()
        return loss
      }
      override dispose() {
        this.average.dispose()
        super.dispose()
      }
    }
    await expectObstacle(planeTask(Averaging), "the model's field 'average'")
  })

  it('fields of the batch that are no tensors', async () => {
    class Named extends Hook {
      override beforeTrainIter(_runner: Runner, batchIdx: number, batch: Record<string, unknown>) {
        batch.name = `batch ${batchIdx}`
      }
    }
    await expectObstacle(planeTask(Plane, { hooks: () => [new Named()] }), /field 'name' is no tensor/)
  })

  it('batches with texts', async () => {
    class Named extends Hook {
      override beforeTrainIter(_runner: Runner, _batchIdx: number, batch: Record<string, unknown>) {
        batch.name = tf.tensor1d(['one', 'two', 'three', 'four'])
      }
    }
    await expectObstacle(
      planeTask(Plane, { hooks: () => [new Named()] }),
      "the batch's field 'name' holds texts",
    )
  })

  it('anything while a variable elsewhere has lost its data', async () => {
    const lost = tf.tidy(() => tf.variable(tf.zeros([2]), true, 'lost'))
    tf.engine().disposeTensor(lost)
    try {
      await expectObstacle(planeTask(), "the data of the variable 'lost' are freed")
    } finally {
      lost.dispose()
    }
  })

  it('gradients that a hook wants to see', async () => {
    class Seeing extends Hook {
      override beforeOptimStep() {}
    }
    await expectObstacle(planeTask(Plane, { hooks: () => [new Seeing()] }), 'beforeOptimStep')
  })
})

describe('what a compiled step goes along with', () => {
  it('parameters that are frozen and thawed', async () => {
    class Freezer extends Hook {
      override beforeTrainEpoch({ model, epoch }: Runner) {
        const { bias } = model.parameters()
        if (bias !== undefined) bias.trainable = epoch % 2 === 0
      }
    }
    await expectSame(planeTask(Plane, { hooks: () => [new Freezer()] }), 25)
  })

  it('tensors that a model keeps, and replaces', async () => {
    class Weighted extends Plane {
      #scale = tf.tensor1d([1, 2, 3, 4])
      replace(factor: number) {
        this.#scale.dispose()
        this.#scale = tf.tensor1d([1, 2, 3, factor])
      }
      override forward({ inputs, labels }: PlaneBatch, mode: ForwardMode) {
        const prediction = tf.add(tf.matMul(inputs, this.weight), this.bias)
        if (mode !== 'loss') return prediction
        const errors = tf.squaredDifference(labels, prediction)
        return { loss: tf.mean(tf.mul(errors, tf.reshape(this.#scale, [4, 1]))) }
      }
      override dispose() {
        this.#scale.dispose()
        super.dispose()
      }
    }
    class Replacer extends Hook {
      override beforeTrainEpoch({ model, epoch }: Runner) {
        if (model instanceof Weighted && epoch > 1) model.replace(epoch)
      }
    }
    await expectSame(planeTask(Weighted, { hooks: () => [new Replacer()] }), 25)
  })

  it('variables that share their data at first', async () => {
    class Followed extends Plane {
      readonly follower = this.addBuffer('follower', this.weight.clone())
      protected override shaped(loss: tf.Tensor) {
        this.follower.assign(tf.add(tf.mul(this.follower, 0.9), tf.mul(this.weight, 0.1)))
        return loss
      }
    }
    await expectSame(planeTask(Followed), 25)
  })

  it('several optimizers in one step', async () => {
    class Two extends Plane {
      override trainStep(batch: PlaneBatch, optimWrapper: OptimWrapper): Record<string, tf.Scalar> {
        const both = optimWrapper as OptimWrapperDict<'weight' | 'bias'>
        const losses = () => this.forward(batch, 'loss')
        const value = () => {
          const { loss } = losses() as { loss: tf.Scalar }
          return loss
        }
        const first = both.get('weight').updateParams(value)
        return { loss: first, second: both.get('bias').updateParams(value) }
      }
    }
    const optimWrapper: NonNullable<NonNullable<Task['options']>['optimWrapper']> = {
      type: 'OptimWrapperDict',
      weight: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.01 } },
      bias: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } },
    }
    await expectSame(planeTask(Two, { options: { optimWrapper } }), 25)
  })

  it('a long run without growing', async () => {
    const numbers: number[] = []
    class Watch extends Hook {
      override afterTrainIter({ iter }: Runner) {
        if (iter % 500 === 499) numbers.push(tf.memory().numTensors)
      }
    }
    const run = await train(planeTask(Plane, { epochs: 600, hooks: () => [new Watch()] }), true)
    expect(run.report?.compiledSteps).toBe(3000)
    expect(new Set(numbers).size).toBe(1)
  })
})
