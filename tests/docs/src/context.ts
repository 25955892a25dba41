// What blocks of code in documents take for granted: "your net", "your data". Small, so that they run in no time.
import {
  ArrayDataset,
  type Dataset,
  Hook,
  type Predictions,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import { fromLayersModel } from '@hookloop/layers'
import '@hookloop/hook-runtime-info'
import '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'

export { tf }

const count = 24

/** Gray values of little pictures. */
export const values = Float32Array.from({ length: count * 28 * 28 }, (_, index) => ((index * 37) % 101) / 100)
export const labels = Int32Array.from({ length: count }, (_, index) => index % 10)

function digits(): ArrayDataset {
  return new ArrayDataset({ inputs: { values, shape: [28, 28, 1] }, labels: { values: labels } })
}

export const trainDigits: ArrayDataset = digits()
export const valDigits: ArrayDataset = digits()
export const testDataset: ArrayDataset = digits()

export function buildNet(): tf.Sequential {
  const net = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [28, 28, 1] }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  })
  net.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' })
  return net
}

export const net: tf.Sequential = buildNet()
/** For `net.fit`. */
export const x: tf.Tensor = tf.tensor4d(values, [count, 28, 28, 1])
export const y: tf.Tensor = tf.cast(tf.tensor1d(labels, 'int32'), 'float32')

/** Points of a line. */
export const xs = Float32Array.from({ length: 16 }, (_, index) => index / 16)
export const ys: Float32Array = xs.map((value) => 3 * value)

/** A Runner's options without those that a block is about. */
export const options = {
  model: () => fromLayersModel(buildNet(), { loss: 'sparseCategoricalCrossentropy' }),
  workDir: 'work_dirs/docs',
  trainDataloader: { dataset: trainDigits, batchSize: 8 },
  trainCfg: { maxEpochs: 2 },
  optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
  valDataloader: { dataset: valDigits, batchSize: 8 },
  valEvaluator: { type: 'Accuracy' },
  testDataloader: { dataset: testDataset, batchSize: 8 },
  testEvaluator: { type: 'Accuracy' },
  console: false,
} as const satisfies RunnerOptions

/** A hook of yours. */
export class WarmupHook extends Hook {
  constructor(readonly options: { readonly iters?: number } = {}) {
    super()
  }
}

/** A Runner that has trained. */
export const runner: Runner = new Runner({ ...options, handleSignals: false })
await runner.train()

/** A model of one weight, and a batch for it. */
export const model = {
  weight: tf.variable(tf.zeros([1, 1])),
  predict(batch: tf.Tensor2D): tf.Tensor {
    return tf.matMul(batch, this.weight)
  },
  parameters() {
    return { weight: this.weight }
  },
}
export const inputs: tf.Tensor2D = tf.tensor2d(xs, [16, 1])
export const targets: tf.Tensor2D = tf.tensor2d(ys, [16, 1])

/** Scores of four examples, and the examples. */
export const predictions: readonly (readonly number[])[] = [0, 1, 2, 1].map((best) =>
  [0, 1, 2].map((label) => (label === best ? 0.8 : 0.1)),
)
export const data: readonly { labels: number }[] = [0, 1, 2, 2].map((label) => ({ labels: label }))

/** Predictions that a test has written. */
export async function* saved(_path: string): AsyncGenerator<Predictions> {
  yield* predictions
}

export class Photos implements Dataset {
  readonly length: number
  readonly recipe
  constructor(options: { readonly folder: string; readonly length: number }) {
    this.length = options.length
    this.recipe = { module: import.meta.url, exportName: 'Photos', options }
  }
  get(index: number) {
    return { image: new Uint8Array(4), label: index % 10 }
  }
}

/** Boxes of one view, put where they were in the picture. */
export function turnBack(boxes: Predictions, _view: string | undefined): Predictions {
  return boxes
}

export function suppressOverlaps(views: readonly Predictions[]): Predictions {
  return views[0]
}
