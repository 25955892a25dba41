import {
  type DataBatch,
  Metric,
  type Metrics,
  metricRegistry,
  type Predictions,
  readTensor,
} from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'

export interface LargestErrorOptions {
  readonly labels?: string
  readonly prefix?: string
}

/** The largest difference between a label and its prediction, both `[batch, 1]`: `largest_error`. */
export class LargestError extends Metric<number> {
  readonly #labels: string

  constructor(options: LargestErrorOptions = {}) {
    super(options)
    this.#labels = options.labels ?? 'labels'
  }

  /** Reads what is needed of one batch and adds one plain value per example to `this.results`. */
  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    const labels = readTensor(dataBatch, { metric: 'LargestError', field: this.#labels })
    const predictions = readTensor(outputs, { metric: 'LargestError', field: 'predictions' })
    const errors = tf.tidy(() => tf.abs(tf.sub(labels, predictions)))
    this.results.push(...(await errors.data()))
    tf.dispose([labels, predictions, errors])
  }

  /** Gets the results of the whole dataset, from all processes. */
  computeMetrics(results: readonly number[]): Metrics {
    return { largest_error: results.reduce((largest, error) => Math.max(largest, error), 0) }
  }
}

declare module '@hookloop/core' {
  interface MetricConfigs {
    LargestError: LargestErrorOptions
  }
}

metricRegistry.register('LargestError', LargestError, {
  name: 'my-metrics',
  version: '1.0.0',
  url: import.meta.url,
  hookApi: 1,
})
