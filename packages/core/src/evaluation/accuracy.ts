import { any, isNaN as areNaN, Tensor, tidy, topk } from '@tensorflow/tfjs-core'
import type { DataBatch } from '../data/dataset.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { Predictions } from '../model/model.js'
import { checkOptions } from '../registry/check-options.js'
import { accuracySchema } from './accuracy-schema.js'
import { Metric, type Metrics } from './metric.js'

export interface AccuracyOptions {
  /** An example counts as right when its label is among so many best scores. Default 1. */
  readonly topk?: number | readonly number[]
  /** Field of the batch with the labels: class numbers `[batch]` or one-hot `[batch, classes]`. Default `labels`. */
  readonly labels?: string
  /** Field of the predictions with the scores `[batch, classes]`, where they are a record. Default `scores`. */
  readonly scores?: string
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
    const scores = scoresOf(outputs, this.#scores)
    const labels = await classNumbers(tensorIn(dataBatch, this.#labels))
    checkShape(scores, labels.length)
    const depth = Math.min(Math.max(...this.#topk), scores.shape.at(-1) ?? 1)
    const { areBroken, indices } = await bestOf(scores, depth)
    for (let row = 0; row < labels.length; row++) {
      const place = row * depth
      // With NaN among the scores there is no best class, whatever the sorting makes of it.
      const rank =
        areBroken[row] === 0 ? indices.subarray(place, place + depth).indexOf(labels[row] ?? -1) : -1
      this.results.push(rank < 0 ? Number.POSITIVE_INFINITY : rank)
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

/** The classes with the best scores of each example, and 1 for each example that has NaN among its scores. */
async function bestOf(scores: Tensor, depth: number) {
  const best = tidy(() => ({
    indices: topk(scores, depth).indices,
    areBroken: any(areNaN(scores), -1),
  }))
  const [indices, areBroken] = await Promise.all([best.indices.data(), best.areBroken.data()])
  best.indices.dispose()
  best.areBroken.dispose()
  return { indices, areBroken }
}

function scoresOf(outputs: Predictions, field: string): Tensor {
  if (outputs instanceof Tensor) return outputs
  return tensorIn(outputs, field)
}

function tensorIn(record: unknown, field: string): Tensor {
  const value: unknown =
    typeof record === 'object' && record !== null ? Reflect.get(record, field) : undefined
  if (value instanceof Tensor) return value
  const known = typeof record === 'object' && record !== null ? Object.keys(record).join(', ') : typeof record
  throw new HookloopError(
    'HL_METRIC_FIELD',
    `Accuracy wants a tensor in the field '${field}', but found ${known || 'no fields'}; name other fields with its ` +
      'options `labels` (of the batch) and `scores` (of the predictions)',
  )
}

function checkShape(scores: Tensor, labelCount: number): void {
  if (scores.rank === 2 && scores.shape[0] === labelCount) return
  throw new HookloopError(
    'HL_METRIC_SHAPE',
    `Accuracy wants scores of shape [batch, classes] and a label for each example, but got scores ` +
      `[${scores.shape.join(', ')}] and ${labelCount} labels`,
  )
}

async function classNumbers(labels: Tensor): Promise<Int32Array> {
  const flat = tidy(() =>
    labels.rank > 1 && (labels.shape.at(-1) ?? 1) > 1 ? topk(labels, 1).indices : labels.clone(),
  )
  const numbers = Int32Array.from(await flat.data())
  flat.dispose()
  return numbers
}
