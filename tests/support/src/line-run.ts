import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArrayDataset, BaseModel, type ForwardMode, Runner, type RunnerOptions } from '@hookloop/core'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'

type LineBatch = { x: tf.Tensor2D; y: tf.Tensor2D }

/** Fits y = x / 2 with one weight. */
export class Line extends BaseModel<LineBatch> {
  readonly weight = this.addParameter('weight', tf.ones([1, 1]))
  readonly seen = this.addBuffer('seen', tf.scalar(0))

  forward({ x, y }: LineBatch, mode: ForwardMode) {
    const prediction = tf.matMul(x, this.weight)
    return mode === 'loss' ? { loss: tf.losses.meanSquaredError(y, prediction) } : prediction
  }
}

const x = Float32Array.from({ length: 8 }, (_, index) => index / 8)
const dataset = new ArrayDataset({
  x: { values: x, shape: [1] },
  y: { values: x.map((value) => value / 2), shape: [1] },
})

/** A run of two epochs of four batches in a folder of its own, without any hook but those in `options`. */
export async function withRunner<Result>(
  options: Partial<RunnerOptions>,
  action: (runner: Runner) => Promise<Result>,
): Promise<Result> {
  const workDir = await mkdtemp(join(tmpdir(), 'line-'))
  const runner = new Runner({
    model: new Line(),
    workDir,
    engine: 'cpu',
    console: false,
    trainDataloader: { dataset, batchSize: 2 },
    trainCfg: { maxEpochs: 2 },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
    randomness: { seed: 1 },
    ...options,
  })
  try {
    return await action(runner)
  } finally {
    runner.dispose()
    await rm(workDir, { recursive: true, force: true })
  }
}
