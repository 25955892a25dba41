import type { Metrics } from '@hookloop/core'
import { abs, type Tensor } from '@tensorflow/tfjs-core'
import type { RegressionOptions } from './options.js'
import { type ErrorSum, RegressionMetric } from './regression-metric.js'

/** Mean of `|prediction - label|` over all values: `mae`. */
export class MeanAbsoluteError extends RegressionMetric {
  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: RegressionOptions = {}) {
    super('MeanAbsoluteError', options)
  }

  protected override errorsOf(differences: Tensor): Tensor {
    return abs(differences)
  }

  computeMetrics(results: readonly ErrorSum[]): Metrics {
    return { mae: this.meanOf(results) }
  }
}
