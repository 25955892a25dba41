import { Hook, hasCode, MemoryStorage, type Runner } from '@hookloop/core'
import { CheckpointHook } from '@hookloop/hook-checkpoint'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { expectObstacle, expectSame } from './expect-same.js'
import { denseTask, optim, type Task } from './task.js'
import { train } from './train-both-ways.js'

describe('a compiled training step', () => {
  it('steps learning rate and momentum', async () => {
    await import('@hookloop/scheduler')
    await import('@hookloop/hook-param-scheduler')
    const options: Task['options'] = {
      ...optim({ type: 'SGD', lr: 0.1, momentum: 0.9 }),
      paramScheduler: [
        { type: 'CosineAnnealingLR', tMax: 25, byEpoch: false },
        { type: 'StepMomentum', stepSize: 2, gamma: 0.5 },
      ],
    }
    await expectSame(denseTask({ options }), 20)
  })

  it.each([{ maxNorm: 0.1 }, { maxNorm: 0.1, normType: 1 }, { type: 'value', clipValue: 0.01 }])(
    'clips gradients: %o',
    async (clipGrad) => {
      await expectSame(denseTask({ options: optim({ type: 'Adam', lr: 0.01 }, { clipGrad }) }), 20)
    },
  )

  it.each([
    [{ type: 'SGD', momentum: 0.9, maximize: false }, 'maximize', true],
    [{ type: 'SGD', momentum: 0.9, dampening: 0 }, 'dampening', 0.5],
    [{ type: 'SGD', momentum: 0.9, nesterov: false }, 'nesterov', true],
    [{ type: 'SGD', momentum: 0.9 }, 'momentum', 0],
    [{ type: 'Adam', amsgrad: false }, 'amsgrad', true],
  ])('goes by what a hook sets of an optimizer: %o, %s %s', async (optimizer, name, value) => {
    class Switch extends Hook {
      override beforeTrainIter(runner: Runner) {
        if (runner.iter !== 11) return
        for (const group of runner.optimWrapper?.paramGroups ?? []) Reflect.set(group, name, value)
      }
    }
    await expectSame(
      denseTask({ options: optim({ lr: 0.01, ...optimizer }), hooks: () => [new Switch()] }),
      20,
    )
  })

  it('accumulates gradients, in a shorter last window too', async () => {
    await expectSame(denseTask({ options: optim({ type: 'Adam', lr: 0.01 }, { accumulativeCounts: 3 }) }), 12)
  })

  it('trains on a short last batch', async () => {
    await expectSame(denseTask({ examples: 18, epochs: 8 }), 25)
  })

  it('moves the averages of batch normalization', async () => {
    const task = denseTask({}, () => [tf.layers.batchNormalization({})])
    await expectSame(task, 20)
  })

  it('lets hooks read and replace parameters between steps', async () => {
    class Averaging extends Hook {
      #average: tf.Tensor[] | undefined
      override afterTrainIter(runner: Runner) {
        const parameters = Object.values(runner.model.parameters())
        const before = this.#average
        this.#average = parameters.map((parameter) => parameter.clone())
        if (runner.iter % 7 === 3)
          parameters.forEach((parameter, index) => {
            const old = before?.[index]
            if (old !== undefined) tf.tidy(() => parameter.assign(tf.mul(tf.add(parameter, old), 0.5)))
          })
        tf.dispose(before)
      }
      override afterRun() {
        tf.dispose(this.#average)
      }
    }
    await expectSame(denseTask({ hooks: () => [new Averaging()] }), 20)
  })

  it('draws what dropout and noise draw in the eager step', async () => {
    const between = () => [
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.alphaDropout({ rate: 0.2 }),
      tf.layers.gaussianNoise({ stddev: 0.5 }),
      tf.layers.gaussianDropout({ rate: 0.25 }),
    ]
    await expectSame(denseTask({}, between), 25)
  })

  it('goes on without random numbers that it does not know, and says so', async () => {
    class Jitter extends tf.layers.Layer {
      static className = 'Jitter'
      override call(inputs: tf.Tensor | tf.Tensor[]) {
        const [input] = Array.isArray(inputs) ? inputs : [inputs]
        if (input === undefined) throw new Error('no input')
        return tf.add(input, tf.truncatedNormal(input.shape))
      }
    }
    const task = denseTask({}, () => [new Jitter()])
    await expectObstacle(task, 'random')
  })

  it('leaves a loss that is not finite to the eager step', async () => {
    class Spoiler extends Hook {
      override beforeTrainIter(runner: Runner, _batchIdx: number, batch: Record<string, unknown>) {
        const { inputs } = batch
        if (runner.iter !== 12 || !(inputs instanceof tf.Tensor)) return
        batch.inputs = tf.mul(inputs, Number.NaN)
        inputs.dispose()
      }
    }
    const skip = denseTask({
      options: optim({ type: 'Adam', lr: 0.01 }, { nonFiniteLoss: 'skip' }),
      hooks: () => [new Spoiler()],
    })
    await expectSame(skip, 20)
    const stop = denseTask({ hooks: () => [new Spoiler()] })
    await expect(train(stop, true)).rejects.toMatchObject({ cause: { code: 'HL_LOSS_NOT_FINITE' } })
  })

  it.each([1, 4, 5, 12])('resumes exactly after iteration %i', async (stopAt) => {
    class Stopper extends Hook {
      override afterTrainIter(runner: Runner) {
        if (runner.iter + 1 === stopAt && !runner.isResumed) runner.interrupt('the test')
      }
    }
    const options = optim({ type: 'Adam', lr: 0.01 }, { accumulativeCounts: 2 })
    const between = () => [tf.layers.dropout({ rate: 0.3 })]
    const whole = await train(denseTask({ options }, between), true)
    const storage = new MemoryStorage()
    const hooks = () => [new Stopper(), new CheckpointHook({})]
    const part = denseTask({ options: { ...options, storage }, hooks }, between)
    await expect(train(part, true)).rejects.toSatisfy((error) => hasCode(error, 'HL_INTERRUPTED'))
    const rest = await train({ ...part, options: { ...part.options, resume: true } }, true)
    expect(rest.losses).toEqual(whole.losses.slice(stopAt))
    expect(rest.weights).toEqual(whole.weights)
  })
})
