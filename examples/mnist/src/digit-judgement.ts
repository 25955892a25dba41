import { type DataBatch, Metric, type Metrics, type Predictions } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import { classNames } from './digits.js'

/** What the model said of one digit. */
export interface Judgement {
  /** Place of the digit in the dataset. */
  readonly index: number
  readonly label: number
  readonly prediction: number
  /** Probability of the prediction. */
  readonly confidence: number
}

/** Remembers every judgement of the last test, for the report. An example of a metric of one's own. */
export class DigitJudgement extends Metric<Judgement> {
  #judgements: readonly Judgement[] = []
  #seen = 0

  get judgements(): readonly Judgement[] {
    return this.#judgements
  }

  /** `confusion[truth][prediction]`: how many digits. */
  get confusion(): number[][] {
    const counts = classNames.map(() => classNames.map(() => 0))
    for (const { label, prediction } of this.#judgements) {
      const row = counts[label]
      if (row !== undefined) row[prediction] = (row[prediction] ?? 0) + 1
    }
    return counts
  }

  async process({ labels }: DataBatch, scores: Predictions): Promise<void> {
    if (!(labels instanceof Tensor && scores instanceof Tensor))
      throw new TypeError('labels and scores must be tensors')
    const [truth, probabilities] = await Promise.all([labels.data(), scores.data()])
    const classes = scores.shape.at(-1) ?? 1
    for (let row = 0; row < truth.length; row++) {
      const values = [...probabilities.subarray(row * classes, (row + 1) * classes)]
      const confidence = Math.max(...values)
      this.results.push({
        index: this.#seen++,
        label: truth[row] ?? -1,
        prediction: values.indexOf(confidence),
        confidence,
      })
    }
  }

  computeMetrics(results: readonly Judgement[]): Metrics {
    this.#judgements = results
    this.#seen = 0
    return {}
  }
}
