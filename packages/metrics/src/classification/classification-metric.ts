import {
  checkOptions,
  type DataBatch,
  HookloopError,
  Metric,
  type Predictions,
  readClassNumbers,
} from '@hookloop/core'
import { checkClass } from './class-range.js'
import type { ClassificationOptions } from './options.js'
import { type PredictedClasses, type PredictionReading, predictedClasses } from './predicted-classes.js'

type Schema = Parameters<typeof checkOptions>[1]

/** What one example shows: its class, the predicted one (-1 for none), and how many classes there are. */
export type JudgedClass = readonly [label: number, prediction: number, classes: number]

/** Collects the true and the predicted class of each example. */
export abstract class ClassificationMetric extends Metric<JudgedClass> {
  readonly #name: string
  readonly #labels: string
  readonly #reading: PredictionReading
  readonly #numClasses: number | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(name: string, schema: Schema, options: ClassificationOptions) {
    super(options)
    checkOptions(name, schema, options)
    const { labels = 'labels', scores = 'scores', predictions = 'predictions', threshold = 0.5 } = options
    this.#name = name
    this.#labels = labels
    this.#reading = { metric: name, scores, predictions, threshold }
    this.#numClasses = options.numClasses
  }

  /** @throws `HL_METRIC_FIELD`, `HL_METRIC_SHAPE`, `HL_METRIC_CLASSES`, `HL_METRIC_LABEL` */
  async process(dataBatch: DataBatch, outputs: Predictions): Promise<void> {
    const metric = this.#name
    const labels = await readClassNumbers(dataBatch, { metric, field: this.#labels, option: 'labels' })
    const predicted = await predictedClasses(outputs, this.#reading)
    if (predicted.numbers.length !== labels.length) throw otherCount(metric, labels.length, predicted)
    const classes = this.#classesOf(predicted)
    labels.forEach((label, row) => {
      const prediction = predicted.numbers[row] ?? Number.NaN
      checkClass(metric, 'label', label, classes)
      if (!Number.isNaN(prediction)) checkClass(metric, 'prediction', prediction, classes)
      this.results.push([label, Number.isNaN(prediction) ? -1 : prediction, classes])
    })
  }

  /** How many classes there are, also where no example tells it. */
  protected classesIn(results: readonly JudgedClass[]): number {
    const told = results.reduce((most, [, , classes]) => Math.max(most, classes), 0)
    return told > 0 ? told : (this.#numClasses ?? this.#classesOfDataset ?? 0)
  }

  #classesOf({ classes }: PredictedClasses): number {
    const found = this.#numClasses ?? classes ?? this.#classesOfDataset
    if (found !== undefined) return found
    throw new HookloopError(
      'HL_METRIC_CLASSES',
      `${this.#name} got class numbers, which do not tell how many classes there are; set its option \`numClasses\`, or ` +
        'give the dataset a metainfo with the names of its `classes`',
    )
  }

  get #classesOfDataset(): number | undefined {
    const names = this.datasetMeta?.classes
    return Array.isArray(names) ? names.length : undefined
  }
}

function otherCount(metric: string, labels: number, { numbers }: PredictedClasses): HookloopError {
  return new HookloopError(
    'HL_METRIC_SHAPE',
    `${metric} wants a label for each prediction, but got ${labels} labels and ${numbers.length} predictions`,
  )
}
