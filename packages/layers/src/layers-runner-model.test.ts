import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArrayDataset, Hook, type OptimWrapper, Runner, type StepOutputs } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fromLayersModel, type LayersRunnerModel } from './index.js'

function smallNet(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({
        units: 6,
        inputShape: [4],
        activation: 'relu',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
      }),
      tf.layers.batchNormalization(),
      tf.layers.dense({
        units: 3,
        activation: 'softmax',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }),
      }),
    ],
  })
}

/** Plain gradient descent, so that the tests need no other package. */
class PlainDescent implements OptimWrapper {
  readonly paramGroups = []
  stepListener = {}

  constructor(
    private readonly model: LayersRunnerModel,
    private readonly lr: number,
  ) {}

  updateParams(loss: () => tf.Scalar): tf.Scalar {
    const variables = Object.values(this.model.parameters()).filter((variable) => variable.trainable)
    const { value, grads } = tf.variableGrads(loss, variables)
    for (const variable of variables) {
      const gradient = grads[variable.name]
      if (gradient !== undefined) variable.assign(tf.sub(variable, tf.mul(gradient, this.lr)))
    }
    return tf.keep(value)
  }

  initializeCountStatus(): void {}
  getLr() {
    return { lr: [this.lr] }
  }
  getMomentum() {
    return { momentum: [0] }
  }
  stateDict() {
    return {}
  }
  loadStateDict(): void {}
  dispose(): void {}
}

const classes = Int32Array.from({ length: 24 }, (_, index) => index % 3)
const features = Float32Array.from(
  { length: 96 },
  (_, index) => Math.sin(index * 1.7) + (classes[Math.floor(index / 4)] ?? 0),
)
const dataset = new ArrayDataset({ inputs: { values: features, shape: [4] }, labels: { values: classes } })

let workDir: string
beforeEach(async () => {
  workDir = await mkdtemp(join(tmpdir(), 'layers-'))
})
afterEach(() => rm(workDir, { recursive: true }))

function train(model: LayersRunnerModel, hook: Hook, maxEpochs = 1) {
  return new Runner({
    model,
    workDir,
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 8, sampler: { type: 'DefaultSampler', shuffle: false } },
    trainCfg: { maxEpochs },
    optimWrapper: new PlainDescent(model, 0.1),
    valDataloader: { dataset, batchSize: 8 },
    valEvaluator: { type: 'Accuracy' },
    customHooks: [hook],
  }).train()
}

class Losses extends Hook {
  readonly values: number[] = []
  readonly names: string[] = []

  override afterTrainIter(_runner: Runner, _batchIdx: number, _batch: unknown, outputs: StepOutputs) {
    this.names.push(Object.keys(outputs).join())
    const { loss } = outputs
    if (loss instanceof tf.Tensor) this.values.push(loss.dataSync()[0] ?? Number.NaN)
  }
}

describe('fromLayersModel', () => {
  it('trains as model.fit with plain SGD does', async () => {
    const fitted = smallNet()
    fitted.compile({ optimizer: tf.train.sgd(0.1), loss: 'sparseCategoricalCrossentropy' })
    const inputs = tf.tensor2d(features, [24, 4])
    const labels = tf.tensor1d(classes, 'int32').toFloat()
    await fitted.fit(inputs, labels, { batchSize: 8, epochs: 2, shuffle: false, verbose: 0 })

    const net = smallNet()
    await train(fromLayersModel(net, { loss: 'sparseCategoricalCrossentropy' }), new Losses(), 2)
    for (const [index, weight] of fitted.getWeights().entries()) {
      const ours = await net.getWeights()[index]?.data()
      for (const [place, value] of (await weight.data()).entries())
        expect(ours?.[place]).toBeCloseTo(value, 5)
    }
  })

  it('logs the loss and the metrics of the model', async () => {
    const losses = new Losses()
    await train(
      fromLayersModel(smallNet(), { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }),
      losses,
      6,
    )
    expect(new Set(losses.names)).toEqual(new Set(['loss,acc']))
    expect(losses.values.at(-1)).toBeLessThan((losses.values[0] ?? 0) * 0.8)
  })

  it('uses the loss of a model that is compiled already', () => {
    const net = smallNet()
    net.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' })
    expect(() => fromLayersModel(net)).not.toThrow()
  })

  it('says what to do when there is no loss', () => {
    expect(() => fromLayersModel(smallNet())).toThrow(/name one.*HL_LAYERS_LOSS/)
  })

  it('names the field that a batch lacks', async () => {
    const model = fromLayersModel(smallNet(), { loss: 'meanSquaredError', inputs: 'pixels' })
    await expect(train(model, new Losses())).rejects.toThrow(
      /no tensor in the field 'pixels'; it has inputs, labels/,
    )
  })

  it('refuses a wrong number of inputs', () => {
    expect(() => fromLayersModel(smallNet(), { loss: 'meanSquaredError', inputs: ['a', 'b'] })).toThrow(
      /HL_LAYERS_FIELDS/,
    )
  })

  it('gives the same names to the same model built twice', () => {
    const first = fromLayersModel(smallNet(), { loss: 'meanSquaredError' })
    const second = fromLayersModel(smallNet(), { loss: 'meanSquaredError' })
    expect(Object.keys(first.stateDict())).toEqual([
      'dense1.kernel',
      'dense1.bias',
      'batchNormalization1.gamma',
      'batchNormalization1.beta',
      'dense2.kernel',
      'dense2.bias',
      'batchNormalization1.moving_mean',
      'batchNormalization1.moving_variance',
    ])
    expect(Object.keys(second.stateDict())).toEqual(Object.keys(first.stateDict()))
  })

  it('keeps names that were given, and names nested models by their place', () => {
    const encoder = tf.sequential({
      name: 'encoder',
      layers: [tf.layers.dense({ units: 2, inputShape: [4], name: 'first' })],
    })
    const net = tf.sequential({ layers: [encoder, tf.layers.dense({ units: 1 })] })
    const model = fromLayersModel(net, { loss: 'meanSquaredError' })
    expect(Object.keys(model.parameters())).toEqual([
      'encoder.first.kernel',
      'encoder.first.bias',
      'dense1.kernel',
      'dense1.bias',
    ])
  })

  it('keeps frozen layers among the parameters and tells their roles', () => {
    const net = smallNet()
    const [dense] = net.layers
    if (dense !== undefined) dense.trainable = false
    const model = fromLayersModel(net, { loss: 'meanSquaredError' })
    expect(model.parameters()['dense1.kernel']?.trainable).toBe(false)
    expect(Object.keys(model.buffers())).toEqual([
      'batchNormalization1.moving_mean',
      'batchNormalization1.moving_variance',
    ])
    expect(model.modules().map(({ path, role }) => [path, role])).toEqual([
      ['dense1', undefined],
      ['batchNormalization1', 'norm'],
      ['dense2', undefined],
    ])
  })

  it('keeps no tensor beyond the first epoch', async () => {
    class Count extends Hook {
      readonly counts: number[] = []
      override afterVal() {
        this.counts.push(tf.memory().numTensors)
      }
    }
    const count = new Count()
    await train(
      fromLayersModel(smallNet(), { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] }),
      count,
      4,
    )
    expect(new Set(count.counts.slice(1)).size).toBe(1)
  })

  it('adds the penalties of regularizers to what is trained', async () => {
    const net = tf.sequential({
      layers: [
        tf.layers.dense({ units: 1, inputShape: [4], kernelRegularizer: tf.regularizers.l2({ l2: 0.5 }) }),
      ],
    })
    const losses = new Losses()
    await train(fromLayersModel(net, { loss: 'meanSquaredError' }), losses)
    expect(losses.names[0]).toMatch(/^loss,dense_Dense\d+_loss,penalty_loss$/)
  })
})
