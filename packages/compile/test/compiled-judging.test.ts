import { type CompileMode, Hook, type Metrics } from '@hookloop/core'
import '@hookloop/hook-ema'
import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { dataOf, field, layersTask, optim } from './task.js'
import { withRunner } from './with-runner.js'

const fields = { inputs: field([6], 1), labels: field([], 2, 3) }
const loader = { dataset: dataOf({ fields, examples: 30 }), batchSize: 8 }

function judged(
  compile: CompileMode,
  hooks: readonly Hook[] = [],
): Promise<{ metrics: Metrics[]; steps: string[] }> {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 })
  const layers = () => [
    tf.layers.dense({ inputShape: [6], units: 8, activation: 'relu', kernelInitializer }),
    tf.layers.batchNormalization(),
    tf.layers.dropout({ rate: 0.5 }),
    tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer }),
  ]
  const task = layersTask(layers, {
    fields,
    loss: 'sparseCategoricalCrossentropy',
    epochs: 4,
    options: {
      ...optim({ type: 'Adam', lr: 0.05 }),
      trainDataloader: loader,
      valDataloader: loader,
      valEvaluator: { type: 'Accuracy' },
      testDataloader: loader,
      testEvaluator: { type: 'Accuracy' },
    },
    hooks: () => [{ type: 'EMAHook', momentum: 0.3 }, ...hooks],
  })
  return withRunner(task, { compile }, async ({ runner }) => {
    const metrics = [await runner.test()]
    await runner.train()
    metrics.push(await runner.val(), await runner.test())
    return { metrics, steps: runner.compileReport()?.graphs.map(({ step, runs }) => `${step} ${runs}`) ?? [] }
  })
}

it('judges compiled as it judges eagerly, with averaged weights and moving averages', async () => {
  const before = tf.memory().numTensors
  const [eager, compiled] = [await judged(false), await judged(true)]
  expect(compiled.metrics).toEqual(eager.metrics)
  // Training has to show in what is judged, or the line above says nothing.
  expect(eager.metrics[2]).not.toEqual(eager.metrics[0])
  expect(eager.steps).toEqual([])
  // A full and a short batch of each kind: two tests, four validations in training and one more.
  expect(compiled.steps.sort()).toEqual(
    ['trainStep 12', 'trainStep 4', 'valStep 15', 'valStep 5', 'testStep 6', 'testStep 2'].sort(),
  )
  expect(tf.memory().numTensors).toBe(before)
})

it('judges compiled what eager updates have changed in place', async () => {
  /** Wants to see gradients, so that training steps are not compiled. */
  class Looker extends Hook {
    override beforeOptimStep() {}
  }
  const before = tf.memory().numTensors
  const [eager, mixed] = [await judged(false, [new Looker()]), await judged('auto', [new Looker()])]
  expect(mixed.metrics).toEqual(eager.metrics)
  expect(mixed.steps.some((step) => step.startsWith('valStep'))).toBe(true)
  expect(mixed.steps.some((step) => step.startsWith('trainStep'))).toBe(false)
  expect(tf.memory().numTensors).toBe(before)
})
