import type { Metrics } from '@hookloop/core'
import { square, type Tensor } from '@tensorflow/tfjs-core'
import type { RegressionOptions } from './options.js'
import { type ErrorSum, RegressionMetric } from './regression-metric.js'

/** Mean of `(prediction - label)²` over all values: `mse`. */
export class MeanSquaredError extends RegressionMetric {
  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: RegressionOptions = {}) {
    super('MeanSquaredError', options)
  }

  protected override errorsOf(differences: Tensor): Tensor {
    return square(differences)
  }

  computeMetrics(results: readonly ErrorSum[]): Metrics {
    return { mse: this.meanOf(results) }
  }
}
