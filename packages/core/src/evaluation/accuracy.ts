import type { Tensor } from '@tensorflow/tfjs-core'
import type { DataBatch } from '../data/dataset.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Predictions } from '../model/model.js'
import { checkOptions } from '../registry/check-options.js'
import { accuracySchema } from './accuracy-schema.js'
import { bestClasses, readClassNumbers } from './class-numbers.js'
import { Metric, type Metrics } from './metric.js'
import { readTensor } from './read-tensor.js'

/** Options of {@link Accuracy}. */
export interface AccuracyOptions {
  /** An example counts as right when its label is among so many best scores. Default 1. */
  readonly topk?: number | readonly number[]
  /** Field of the batch with the labels: class numbers `[batch]` or one-hot `[batch, classes]`. Default `labels`. */
  readonly labels?: string
  /** Field of the predictions with the scores `[batch, classes]`, where they are records. Default `scores`. */
  readonly scores?: string
  /** Comes before the name of the metric. Default `accuracy`. */
  readonly prefix?: string
}

/** For each example the rank of its label among the scores, from 0. */
type LabelRank = number

/** Share of examples, from 0 to 1, whose label has one of the best scores: `accuracy/top1`, `accuracy/top5`, … */
export class Accuracy extends Metric<LabelRank> {
  readonly #topk: readonly number[]
  readonly #labels: string
  readonly #scores: string

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: AccuracyOptions = {}) {
    super(options)
    checkOptions('Accuracy', accuracySchema, options)
    const { topk = 1, labels = 'labels', scores = 'scores' } = options
    this.#topk = typeof topk === 'number' ? [topk] : topk
    this.#labels = labels
    this.#scores = scores
  }

  protected override get defaultPrefix(): string {
    return 'accuracy'
  }

  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    const metric = 'Accuracy'
    const labels = await readClassNumbers(dataBatch, { metric, field: this.#labels, option: 'labels' })
    const scores = readTensor(outputs, { metric, field: this.#scores, option: 'scores' })
    try {
      checkShape(scores, labels.length)
      const depth = Math.min(Math.max(...this.#topk), scores.shape.at(-1) ?? 1)
      const best = await bestClasses(scores, depth)
      labels.forEach((label, row) => {
        const rank = best.slice(row * depth, (row + 1) * depth).indexOf(label)
        this.results.push(rank < 0 ? Number.POSITIVE_INFINITY : rank)
      })
    } finally {
      scores.dispose()
    }
  }

  computeMetrics(results: readonly LabelRank[]): Metrics {
    return Object.fromEntries(
      this.#topk.map((depth) => [
        `top${depth}`,
        results.filter((rank) => rank < depth).length / results.length,
      ]),
    )
  }
}

function checkShape(scores: Tensor, labelCount: number): void {
  if (scores.rank === 2 && scores.shape[0] === labelCount) return
  throw new HookloopError(
    'HL_METRIC_SHAPE',
    `Accuracy wants scores of shape [batch, classes] and a label for each example, but got scores ` +
      `[${scores.shape.join(', ')}] and ${labelCount} labels`,
  )
}
