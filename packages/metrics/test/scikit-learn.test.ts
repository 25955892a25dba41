import { readFile } from 'node:fs/promises'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  ConfusionMatrix,
  confusionMatrix,
  MeanAbsoluteError,
  MeanSquaredError,
  type ScoreAverage,
  SingleLabelMetric,
} from '../src/index.js'
import { judged } from './support.js'

interface Classification {
  readonly classes: number
  readonly labels: number[]
  readonly predictions: number[]
  readonly matrix: number[][]
  readonly scores: Record<string, Record<string, number | number[]>>
}

interface Regression {
  readonly shape: number[]
  readonly labels: number[]
  readonly predictions: number[]
  readonly mae: number
  readonly mse: number
}

const file = new URL('fixtures/scikit-learn.json', import.meta.url)
const recorded: { classifications: Classification[]; regressions: Regression[] } = JSON.parse(
  await readFile(file, 'utf8'),
)
const averages: Readonly<Record<string, ScoreAverage>> = { macro: 'macro', micro: 'micro', binary: 'binary' }
const suffixes: Readonly<Record<string, string>> = { null: '_classwise', micro: '_micro' }

describe.each(recorded.classifications)(
  'scikit-learn on $labels.length examples of $classes classes',
  (one) => {
    /** Two batches, with scores in which the predicted class is best. */
    function batches() {
      const cut = Math.ceil(one.labels.length / 3)
      return [
        [0, cut],
        [cut, one.labels.length],
      ].map(([begin, end]) => ({
        batch: { labels: tf.tensor1d(one.labels.slice(begin, end), 'int32') },
        outputs: tf.oneHot(tf.tensor1d(one.predictions.slice(begin, end), 'int32'), one.classes),
      }))
    }

    it('counts the same matrix', async () => {
      expect(await judged(new ConfusionMatrix(), batches())).toEqual({ result: one.matrix })
      const { labels, predictions, classes: numClasses } = one
      expect(confusionMatrix({ labels, predictions, numClasses })).toEqual(one.matrix)
    })

    it.each(Object.keys(one.scores))('has the same scores for average %s', async (name) => {
      const wanted = one.scores[name] ?? {}
      const items = ['precision', 'recall', 'f1-score', 'support'] as const
      const metric = new SingleLabelMetric({ average: averages[name] ?? null, items })
      const found = await judged(metric, batches())
      for (const [item, value] of Object.entries(wanted)) {
        const ours = [found[`${item}${suffixes[name] ?? ''}`]].flat().map(Number)
        expect(ours).toHaveLength([value].flat().length)
        for (const [index, number] of [value].flat().entries()) expect(ours[index]).toBeCloseTo(number, 12)
      }
    })
  },
)

describe.each(recorded.regressions)('scikit-learn on values of shape $shape', (one) => {
  it('has the same errors', async () => {
    const batch = { labels: tf.tensor(one.labels, one.shape) }
    const outputs = { predictions: tf.tensor(one.predictions, one.shape) }
    const { mae } = await judged(new MeanAbsoluteError(), [{ batch, outputs }])
    expect(Number(mae) / one.mae).toBeCloseTo(1, 6)
    const { mse } = await judged(new MeanSquaredError(), [{ batch, outputs }])
    expect(Number(mse) / one.mse).toBeCloseTo(1, 6)
  })
})
