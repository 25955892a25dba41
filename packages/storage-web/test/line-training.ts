import { ArrayDataset, BaseModel, type ForwardMode, Runner, type Storage } from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'

type LineBatch = { x: tf.Tensor2D; y: tf.Tensor2D }

/** Two weights and a noise that hangs on the run's random numbers. */
class NoisyLine extends BaseModel<LineBatch> {
  readonly weight = this.addParameter('weight', tf.ones([2, 1]))

  forward({ x, y }: LineBatch, mode: ForwardMode) {
    if (mode !== 'loss') return tf.matMul(x, this.weight)
    const noisy = tf.mul(x, tf.randomUniform(x.shape, 0.5, 1.5))
    return { loss: tf.losses.meanSquaredError(y, tf.matMul(noisy, this.weight)) }
  }
}

const x = Float32Array.from({ length: 16 }, (_, index) => index / 16)
const dataset = new ArrayDataset({
  x: { values: x, shape: [2] },
  y: { values: x.slice(0, 8), shape: [1] },
})

/** Trains with checkpoints in a store, the same on Node and in a page. @returns the last weights */
export async function trainLine(
  storage: Storage,
  { epochs, resume }: { epochs: number; resume: boolean },
): Promise<number[]> {
  const runner = new Runner({
    storage,
    resume,
    model: () => new NoisyLine(),
    workDir: '/work_dirs/line',
    engine: 'cpu',
    console: false,
    handleSignals: false,
    trainDataloader: { dataset, batchSize: 3 },
    trainCfg: { maxEpochs: epochs },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 0.1 } },
    defaultHooks: { checkpoint: { interval: 1 } },
    randomness: { seed: 7 },
  })
  await runner.train()
  const { weight } = runner.model.stateDict()
  const values = weight instanceof tf.Tensor ? [...weight.dataSync()] : []
  runner.dispose()
  return values
}
