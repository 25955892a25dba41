import { type DataBatch, Hook, type Predictions, type Runner } from '@hookloop/core'
import { fromLayersModel } from '@hookloop/layers'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectClose } from './expect-same.js'
import { Plane, planeTask } from './plane.js'
import { dataOf, field, type Task } from './task.js'
import { type Trained, train } from './train-both-ways.js'
import { withRunner } from './with-runner.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => expect(tf.memory().numTensors).toBe(before))

/** Its loss has a factor that is a number in JavaScript. */
class Scaled extends Plane {
  factor = 1
  protected override shaped(loss: tf.Tensor) {
    return tf.mul(loss, this.factor)
  }
}

/** Sets the factor before each iteration. */
class Scaler extends Hook {
  constructor(private readonly factorAt: (runner: Runner) => number) {
    super()
  }
  override beforeTrainIter(runner: Runner) {
    if (runner.model instanceof Scaled) runner.model.factor = this.factorAt(runner)
  }
}

function scaled(factorAt: (runner: Runner) => number, task: Partial<Task> = {}): Task {
  return planeTask(Scaled, { hooks: () => [new Scaler(factorAt)], ...task })
}

/** Wants the losses and weights of a compiled run to be those of an eager one. */
async function trainSame(task: Task): Promise<Trained> {
  const [eager, auto] = [await train(task, false), await train(task, 'auto')]
  expectClose(auto.losses, eager.losses)
  for (const [name, values] of Object.entries(eager.weights)) expectClose(auto.weights[name] ?? [], values)
  return auto
}

describe('a step that follows the iteration', () => {
  const long = { trainCfg: { byEpoch: false, maxIters: 100 } } as const

  it.each([2, 3, 4, 5, 8])(
    'each %i-th of which is another, is eager from its second beat on',
    async (period) => {
      const { report } = await trainSame(scaled(({ iter }) => (iter % period === 0 ? 1 : 0.1), long))
      expect(report?.obstacles).toEqual([
        expect.stringMatching(
          /it is another: .*; (it has been so before|a step after that is another again)$/,
        ),
      ])
      expect(report?.eagerSteps).toBeGreaterThanOrEqual(100 - period)
    },
  )

  it('each of which is another, is eager', async () => {
    const { report } = await trainSame(scaled(({ iter }) => Math.min(1, (iter + 1) / 50), long))
    expect(report?.obstacles).toEqual([expect.stringMatching(/^after 1 step it is another.* another again$/)])
    expect(report?.compiledSteps).toBe(1)
  })

  it('in calls of several steps too', async () => {
    const task = scaled(({ iter }) => (iter % 4 === 0 ? 1 : 0.1), {
      trainCfg: { ...long.trainCfg, stepsPerCall: 8 },
    })
    const { report } = await trainSame(task)
    expect(report?.obstacles).toEqual([expect.stringContaining('it has been so before')])
  })
})

describe('a step that becomes another for good', () => {
  it('is recorded anew after a step that runs eagerly', async () => {
    const { report, log } = await trainSame(scaled(({ iter }) => (iter < 8 ? 1 : 0.5)))
    expect(report).toMatchObject({ compiledSteps: 24, eagerSteps: 1, obstacles: [] })
    expect(report?.recompilations).toMatchObject([
      {
        afterSteps: 9,
        reason: expect.stringMatching(/^after 8 steps it is another: values made in JavaScript/),
      },
    ])
    expect(log).toMatch(/trainStep runs operation by operation now: after 8 steps it is another/)
    expect(log).not.toContain('old values')
  })

  it('is found at the beginning of an epoch', async () => {
    const { report } = await trainSame(scaled(({ epoch }) => (epoch < 3 ? 1 : 0.5), { examples: 40 }))
    expect(report).toMatchObject({ compiledSteps: 49, eagerSteps: 1, obstacles: [] })
    expect(report?.recompilations[0]?.reason).toContain(
      'up to 8 steps before may have gone on with old values',
    )
  })

  it('is eager after three times', async () => {
    const { report } = await trainSame(scaled(({ epoch }) => 1 / (epoch + 1), { epochs: 6 }))
    expect(report?.recompilations).toHaveLength(3)
    expect(report?.obstacles).toEqual([expect.stringContaining('it has changed 3 times before')])
    expect(report?.eagerSteps).toBe(3 + 10)
  })

  it('is found late in the middle of an epoch, which the log says', async () => {
    const task = scaled(({ iter }) => (iter < 40 ? 1 : 0.5), { trainCfg: { byEpoch: false, maxIters: 70 } })
    const { report, log } = await train(task, 'auto')
    expect(report?.recompilations[0]?.reason).toMatch(
      /^after 55 steps .*; up to 20 steps before may have gone on with old values$/,
    )
    expect(log).toMatch(
      /operation by operation now: after 55 steps .*; up to 20 steps before may have gone on with old values/,
    )
  })

  it('gains a loss, which makes other operations', async () => {
    class Regularized extends Scaled {
      protected override shaped(loss: tf.Tensor) {
        return this.factor === 1 ? loss : tf.add(loss, tf.sum(tf.square(this.weight)))
      }
    }
    const hooks = () => [new Scaler(({ epoch }) => (epoch < 2 ? 1 : 2))]
    const { report } = await trainSame(planeTask(Regularized, { hooks }))
    expect(report).toMatchObject({ compiledSteps: 24, eagerSteps: 1, obstacles: [] })
  })

  it('trains one more parameter, whose first step makes state of the optimizer', async () => {
    class Widened extends Scaled {
      readonly gain = this.addParameter('gain', tf.ones([1]))
      protected override shaped(loss: tf.Tensor) {
        return this.factor === 1 ? loss : tf.add(loss, tf.mean(tf.square(this.gain)))
      }
    }
    const hooks = () => [new Scaler(({ epoch }) => (epoch < 2 ? 1 : 2))]
    const { report } = await trainSame(planeTask(Widened, { hooks, examples: 40 }))
    expect(report).toMatchObject({ compiledSteps: 48, eagerSteps: 2, obstacles: [] })
  })

  it('drops out at another rate', async () => {
    const dropout = () => tf.layers.dropout({ rate: 0.3 })
    class Rate extends Hook {
      constructor(private readonly layer: tf.layers.Layer) {
        super()
      }
      override beforeTrainEpoch({ epoch }: Runner) {
        Object.assign(this.layer, { rate: epoch < 2 ? 0.3 : 0.6 })
      }
    }
    const layers: tf.layers.Layer[] = []
    const task: Task = {
      fields: { inputs: field([6], 1), labels: field([1], 2) },
      model: () => {
        const layer = dropout()
        layers.push(layer)
        const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 })
        const dense = tf.layers.dense({ units: 1, kernelInitializer, inputShape: [6] })
        return fromLayersModel(tf.sequential({ layers: [dense, layer] }), { loss: 'meanSquaredError' })
      },
      hooks: () => layers.slice(-1).map((layer) => new Rate(layer)),
    }
    const { report } = await trainSame(task)
    expect(report).toMatchObject({ eagerSteps: 1, obstacles: [] })
  })

  it('is found in each validation', async () => {
    class Tempered extends Plane {
      temperature = 1
      override valStep(batch: Parameters<Plane['forward']>[0]) {
        return tf.mul(this.forward(batch, 'predict') as tf.Tensor, this.temperature)
      }
    }
    class Cooling extends Hook {
      readonly seen: number[] = []
      override beforeValEpoch({ model, epoch }: Runner) {
        if (model instanceof Tempered) model.temperature = epoch < 3 ? 1 : 0.25
      }
      override afterValIter(_runner: Runner, _batchIdx: number, _batch: DataBatch, predictions: Predictions) {
        if (predictions instanceof tf.Tensor) this.seen.push(...predictions.dataSync())
      }
    }
    const dataset = dataOf({ fields: { inputs: field([3], 1), labels: field([], 2, 2) } })
    const options: Task['options'] = {
      valDataloader: { dataset, batchSize: 4 },
      valEvaluator: { type: 'Accuracy' },
    }
    const judged = async (compile: 'auto' | false) => {
      const cooling = new Cooling()
      const task = planeTask(Tempered, { hooks: () => [cooling], options })
      return withRunner(task, { compile }, async ({ runner }) => {
        await runner.train()
        return { report: runner.compileReport(), seen: cooling.seen }
      })
    }
    const [eager, auto] = [await judged(false), await judged('auto')]
    expect(eager.seen).toHaveLength(5 * 20)
    expectClose(auto.seen, eager.seen)
    expect(auto.report?.recompilations).toMatchObject([{ step: 'valStep' }])
  })
})
