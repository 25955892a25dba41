import {
  checkOptions,
  type DataBatch,
  HookloopError,
  Metric,
  type Predictions,
  readTensor,
} from '@hookloop/core'
import { cast, dispose, reshape, sub, sum, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { type RegressionOptions, regressionSchema } from './options.js'

/** The errors of one example added up, and how many there are. */
export type ErrorSum = readonly [sum: number, count: number]

/** Compares labels and predictions of one shape `[batch, …]`, value by value. */
export abstract class RegressionMetric extends Metric<ErrorSum> {
  readonly #name: string
  readonly #labels: string
  readonly #predictions: string

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(name: string, options: RegressionOptions) {
    super(options)
    checkOptions(name, regressionSchema, options)
    this.#name = name
    this.#labels = options.labels ?? 'labels'
    this.#predictions = options.predictions ?? 'predictions'
  }

  /** The error of each difference, of the same shape; runs inside a tfjs scope. */
  protected abstract errorsOf(differences: Tensor): Tensor

  /** @throws `HL_METRIC_FIELD`, `HL_METRIC_SHAPE` */
  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    const metric = this.#name
    const labels = readTensor(dataBatch, { metric, field: this.#labels, option: 'labels' })
    try {
      const predictions = readTensor(outputs, { metric, field: this.#predictions, option: 'predictions' })
      try {
        checkShapes(metric, labels, predictions)
        await this.#add(labels, predictions)
      } finally {
        predictions.dispose()
      }
    } finally {
      labels.dispose()
    }
  }

  /** The mean over all values of all examples; NaN without examples. */
  protected meanOf(results: readonly ErrorSum[]): number {
    let total = 0
    let values = 0
    for (const [errors, count] of results) {
      total += errors
      values += count
    }
    return total / values
  }

  async #add(labels: Tensor, predictions: Tensor): Promise<void> {
    const [batch = 1] = predictions.shape
    const count = predictions.size / batch
    const sums = tidy(() => {
      const differences = sub(flat(predictions, batch, count), flat(labels, batch, count))
      return sum(this.errorsOf(differences), 1)
    })
    try {
      for (const errors of await sums.data()) this.results.push([errors, count])
    } finally {
      dispose(sums)
    }
  }
}

function flat(tensor: Tensor, batch: number, count: number): Tensor {
  return cast(reshape(tensor, [batch, count]), 'float32')
}

/** Shapes may differ by axes of 1 at the end: a net gives `[batch, 1]` for labels `[batch]`. */
function checkShapes(metric: string, labels: Tensor, predictions: Tensor): void {
  if (labels.rank > 0 && withoutOnes(labels) === withoutOnes(predictions)) return
  throw new HookloopError(
    'HL_METRIC_SHAPE',
    `${metric} wants labels and predictions of one shape [batch, …], but got labels [${labels.shape.join(', ')}] and ` +
      `predictions [${predictions.shape.join(', ')}]`,
  )
}

function withoutOnes({ shape }: Tensor): string {
  const kept = [...shape]
  while (kept.length > 1 && kept.at(-1) === 1) kept.pop()
  return kept.join()
}
