import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  ArrayDataset,
  BaseModel,
  type DataLoaderConfig,
  type ForwardMode,
  Metric,
  type Metrics,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'

type PairBatch = { x: tf.Tensor2D; y: tf.Tensor2D }

/** One weight and one bias, as small as a model can be. */
export class TinyModel extends BaseModel<PairBatch> {
  readonly weight = this.addParameter('weight', tf.ones([1, 1]))
  readonly bias = this.addParameter('bias', tf.zeros([1]))

  forward({ x, y }: PairBatch, mode: ForwardMode) {
    const prediction = tf.add(tf.matMul(x, this.weight), this.bias)
    return mode === 'loss' ? { loss: tf.losses.meanSquaredError(y, prediction) } : prediction
  }
}

/** `[samples, batch size]` as the goldens write it; x is the index, y half of it. */
export function tinyLoader(
  setting: unknown,
  fallback: readonly [number, number],
  shuffle = false,
): DataLoaderConfig {
  const [samples = 1, batchSize = 1] = Array.isArray(setting) ? setting.map(Number) : fallback
  const x = Float32Array.from({ length: samples }, (_, index) => index)
  const dataset = new ArrayDataset({
    x: { values: x, shape: [1] },
    y: { values: x.map((value) => value / 2), shape: [1] },
  })
  return { dataset, batchSize, sampler: { type: 'DefaultSampler', shuffle } }
}

/** Gives the results of a script, one per validation; the last one repeats. */
export class ScriptedMetric extends Metric {
  #validations = 0

  constructor(private readonly script: readonly Metrics[]) {
    super()
  }

  process(): void {
    // A metric that collects nothing is warned of.
    this.results.push('judged')
  }

  computeMetrics(): Metrics {
    const place = Math.min(this.#validations++, this.script.length - 1)
    return { ...this.script[place] }
  }
}

export function temporaryWorkDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'golden-'))
}
