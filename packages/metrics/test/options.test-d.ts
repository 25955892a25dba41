import type { EvaluatorConfig } from '@hookloop/core'
import { expectTypeOf, it } from 'vitest'
import '../src/index.js'

it('offers the options of each metric by its name', () => {
  const all: EvaluatorConfig = [
    { type: 'Accuracy', topk: [1, 5] },
    { type: 'SingleLabelMetric', items: ['recall'], average: null, numClasses: 3, prefix: 'mine' },
    { type: 'ConfusionMatrix', scores: 'logits', threshold: 0 },
    { type: 'MeanAbsoluteError', labels: 'y' },
    { type: 'MeanSquaredError', predictions: 'depth' },
    { type: 'DumpResults', outFilePath: 'results.jsonl' },
  ]
  expectTypeOf(all).toExtend<EvaluatorConfig>()
  // @ts-expect-error: an item that there is not
  const unknownItem: EvaluatorConfig = { type: 'SingleLabelMetric', items: ['f1'] }
  // @ts-expect-error: an average that there is not
  const unknownAverage: EvaluatorConfig = { type: 'SingleLabelMetric', average: 'weighted' }
  // @ts-expect-error: an option of another metric
  const ofAnother: EvaluatorConfig = { type: 'ConfusionMatrix', average: 'macro' }
  // @ts-expect-error: a required option that is missing
  const missing: EvaluatorConfig = { type: 'DumpResults' }
  expectTypeOf([unknownItem, unknownAverage, ofAnother, missing]).toBeArray()
})
