import { metricRegistry } from '@hookloop/core'
import {
  ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrixSchema,
} from './classification/confusion-matrix.js'
import {
  SingleLabelMetric,
  type SingleLabelMetricOptions,
  singleLabelMetricSchema,
} from './classification/single-label-metric.js'
import { DumpResults, type DumpResultsOptions, dumpResultsSchema } from './dump/dump-results.js'
import { packageInfo } from './package-info.js'
import { MeanAbsoluteError } from './regression/mean-absolute-error.js'
import { MeanSquaredError } from './regression/mean-squared-error.js'
import { type RegressionOptions, regressionSchema } from './regression/options.js'

declare module '@hookloop/core' {
  interface MetricConfigs {
    SingleLabelMetric: SingleLabelMetricOptions
    ConfusionMatrix: ConfusionMatrixOptions
    MeanAbsoluteError: RegressionOptions
    MeanSquaredError: RegressionOptions
    DumpResults: DumpResultsOptions
  }
}

metricRegistry.register('SingleLabelMetric', SingleLabelMetric, packageInfo, {
  options: singleLabelMetricSchema,
})
metricRegistry.register('ConfusionMatrix', ConfusionMatrix, packageInfo, { options: confusionMatrixSchema })
metricRegistry.register('MeanAbsoluteError', MeanAbsoluteError, packageInfo, { options: regressionSchema })
metricRegistry.register('MeanSquaredError', MeanSquaredError, packageInfo, { options: regressionSchema })
metricRegistry.register('DumpResults', DumpResults, packageInfo, { options: dumpResultsSchema })

export type { ScoreItem } from './classification/class-scores.js'
export { type ClassPairs, confusionMatrix } from './classification/count-confusions.js'
export type { ClassificationOptions } from './classification/options.js'
export type { ScoreAverage } from './classification/single-label-metric.js'
export { parseResults } from './dump/json-results.js'
export {
  ConfusionMatrix,
  type ConfusionMatrixOptions,
  DumpResults,
  type DumpResultsOptions,
  MeanAbsoluteError,
  MeanSquaredError,
  type RegressionOptions,
  SingleLabelMetric,
  type SingleLabelMetricOptions,
}
