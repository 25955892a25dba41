import { ArrayDataset, type CompileMode, Hook, MemoryStorage, type Metrics, Runner } from '@hookloop/core'
import '@hookloop/hook-ema'
import '@hookloop/optim'
import { fromLayersModel } from '@hookloop/layers'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-node'
import { expect, it } from 'vitest'
import '../src/index.js'

const wave = (index: number) => Math.sin(index * 12.9898) / 2
const dataset = new ArrayDataset({
  inputs: { values: Float32Array.from({ length: 30 * 6 }, (_, index) => wave(index)), shape: [6] },
  labels: { values: Int32Array.from({ length: 30 }, (_, index) => index % 3), shape: [] },
})

async function judged(
  compile: CompileMode,
  hooks: readonly Hook[] = [],
): Promise<{ metrics: Metrics[]; steps: string[] }> {
  const kernelInitializer = tf.initializers.glorotUniform({ seed: 1 })
  const layers = [
    tf.layers.dense({ inputShape: [6], units: 8, activation: 'relu', kernelInitializer }),
    tf.layers.batchNormalization(),
    tf.layers.dropout({ rate: 0.5 }),
    tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer }),
  ]
  const net = tf.sequential({ layers })
  const loader = { dataset, batchSize: 8 }
  const runner = new Runner({
    model: fromLayersModel(net, { loss: 'sparseCategoricalCrossentropy' }),
    workDir: '/run',
    storage: new MemoryStorage(),
    engine: 'tfjs-node',
    console: false,
    trainDataloader: loader,
    trainCfg: { maxEpochs: 4, compile },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.02 } },
    valDataloader: loader,
    valEvaluator: { type: 'Accuracy' },
    testDataloader: loader,
    testEvaluator: { type: 'Accuracy' },
    customHooks: [{ type: 'EMAHook', momentum: 0.1 }, ...hooks],
    randomness: { seed: 5 },
  })
  try {
    const metrics = [await runner.test()]
    await runner.train()
    metrics.push(await runner.val(), await runner.test())
    return { metrics, steps: runner.compileReport()?.graphs.map(({ step, runs }) => `${step} ${runs}`) ?? [] }
  } finally {
    runner.dispose()
    net.dispose()
  }
}

it('judges compiled as it judges eagerly, with averaged weights and moving averages', async () => {
  const before = tf.memory().numTensors
  const [eager, compiled] = [await judged(false), await judged(true)]
  expect(compiled.metrics).toEqual(eager.metrics)
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
