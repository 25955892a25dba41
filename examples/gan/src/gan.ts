// Two nets that learn from each other, on points of the plane: one optimizer and one schedule for each.
//   node dist/gan.js [--resume]
import { fileURLToPath } from 'node:url'
import {
  ArrayDataset,
  BaseModel,
  type DataBatch,
  Metric,
  type Metrics,
  type Predictions,
  Random,
  Runner,
  type RunnerOptions,
  type StepOutputs,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import type { OptimWrapperDict } from '@hookloop/optim'
import '@hookloop/optim'
import '@hookloop/scheduler'
import * as tf from '@tensorflow/tfjs-core'

/** Where the points of the data gather: eight places on a circle. */
const centres = Array.from({ length: 8 }, (_, index) => {
  const angle = (index * Math.PI) / 4
  return [2 * Math.cos(angle), 2 * Math.sin(angle)] as const
})
const spread = 0.15
const noiseSize = 4

type Layer = { readonly kernel: tf.Variable; readonly bias: tf.Variable }

/** `points` `[batch, 2]` to learn from, or `noise` `[batch, 4]` to make points of. */
type Batch = { points: tf.Tensor2D; noise: tf.Tensor2D }

export class Gan extends BaseModel<Batch> {
  readonly #generator = this.#net('generator', [noiseSize, 64, 64, 2])
  readonly #discriminator = this.#net('discriminator', [2, 64, 64, 1])

  /** The discriminator learns to tell points from made ones, then the generator to make such as it takes for real. */
  override trainStep(
    { points }: Batch,
    optimWrapper: OptimWrapperDict<'generator' | 'discriminator'>,
  ): StepOutputs {
    const noise = tf.randomNormal([points.shape[0], noiseSize])
    const made = this.#run(this.#generator, noise)
    const d_loss = optimWrapper
      .get('discriminator')
      .updateParams(() => tf.add(this.#surprise(points, 1), this.#surprise(made, 0)))
    // The way back leads through the discriminator, but an optimizer changes its own parameters only.
    const g_loss = optimWrapper
      .get('generator')
      .updateParams(() => this.#surprise(this.#run(this.#generator, noise), 1))
    return { d_loss, g_loss }
  }

  /** Points `[batch, 2]` made of noise. */
  override forward({ noise }: Batch): tf.Tensor {
    return this.#run(this.#generator, noise)
  }

  /** Cross-entropy of what the discriminator says of points that are all real (1) or all made (0). */
  #surprise(points: tf.Tensor, truth: 0 | 1): tf.Scalar {
    const score = this.#run(this.#discriminator, points)
    return tf.mean(tf.softplus(truth === 1 ? tf.neg(score) : score))
  }

  #run(net: readonly Layer[], inputs: tf.Tensor): tf.Tensor {
    return net.reduce((values, { kernel, bias }, index) => {
      const sums = tf.add(tf.matMul(values, kernel), bias)
      return index < net.length - 1 ? tf.tanh(sums) : sums
    }, inputs)
  }

  #net(name: string, sizes: readonly number[]): Layer[] {
    return sizes.slice(1).map((size, index) => {
      const inputs = sizes[index] ?? 1
      const kernel = tf.randomNormal([inputs, size], 0, Math.sqrt(2 / inputs))
      return {
        kernel: this.addParameter(`${name}.dense${index + 1}.kernel`, kernel),
        bias: this.addParameter(`${name}.dense${index + 1}.bias`, tf.zeros([size])),
      }
    })
  }
}

/** How far made points are from the nearest centre on average, and how many centres have points nearby. */
class Nearness extends Metric<{ readonly distance: number; readonly centre: number }> {
  async process(_batch: DataBatch, points: Predictions): Promise<void> {
    if (!(points instanceof tf.Tensor)) throw new TypeError('predictions must be points')
    const values = await points.data()
    for (let index = 0; index < values.length; index += 2) {
      const distances = centres.map(([x, y]) =>
        Math.hypot((values[index] ?? 0) - x, (values[index + 1] ?? 0) - y),
      )
      const distance = Math.min(...distances)
      this.results.push({ distance, centre: distances.indexOf(distance) })
    }
  }

  computeMetrics(results: readonly { readonly distance: number; readonly centre: number }[]): Metrics {
    const near = results.filter(({ distance }) => distance < 3 * spread)
    return {
      distance: results.reduce((sum, { distance }) => sum + distance, 0) / results.length,
      centres: new Set(near.map(({ centre }) => centre)).size,
    }
  }
}

/** Points around the centres, and noise to judge with. */
function makeData(): { train: ArrayDataset; val: ArrayDataset } {
  const random = new Random(7)
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  const points = Array.from({ length: 2048 }, (_, index) => centres[index % centres.length] ?? [0, 0])
  const near = points.flatMap(([x, y]) => [x + spread * normal(), y + spread * normal()])
  const noise = Float32Array.from({ length: 500 * noiseSize }, normal)
  return {
    train: new ArrayDataset({ points: { values: Float32Array.from(near), shape: [2] } }),
    val: new ArrayDataset({ noise: { values: noise, shape: [noiseSize] } }),
  }
}

export function ganRunner(epochs: number, extra: Partial<RunnerOptions> = {}): Runner {
  const { train, val } = makeData()
  return new Runner({
    model: () => new Gan(),
    workDir: 'work_dirs/gan',
    trainDataloader: { dataset: train, batchSize: 128 },
    trainCfg: { maxEpochs: epochs, valInterval: 10 },
    optimWrapper: {
      type: 'OptimWrapperDict',
      generator: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 3e-3, betas: [0.5, 0.99] } },
      discriminator: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 6e-3, betas: [0.5, 0.99] } },
    },
    paramScheduler: {
      generator: [{ type: 'CosineAnnealingLR', etaMin: 1e-4, convertToIterBased: true }],
      discriminator: [{ type: 'ExponentialLR', gamma: 0.98 }],
    },
    valDataloader: { dataset: val, batchSize: 500 },
    valEvaluator: new Nearness(),
    defaultHooks: { logger: { interval: 16 }, checkpoint: { interval: 10, maxKeepCkpts: 1 } },
    randomness: { seed: 1 },
    ...extra,
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ganRunner(40, { resume: process.argv.includes('--resume') }).train()
}
