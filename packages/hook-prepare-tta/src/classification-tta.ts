import { checkOptions, describeTensors, HookloopError, type Predictions } from '@hookloop/core'
import { sigmoid, softmax, Tensor, tidy } from '@tensorflow/tfjs-core'
import { BaseTTAModel, type WithModule } from './base-tta-model.js'
import { averageOf, votesOf } from './merging.js'
import { type ClassificationTTAOptions, classificationTTASchema } from './tta-options.js'

/** Averages the scores of a classifier over several views of each example, or lets the views vote. */
export class ClassificationTTA extends BaseTTAModel {
  readonly #fields: readonly string[]
  readonly #fromLogits: boolean
  readonly #merge: (scores: readonly Tensor[]) => Tensor

  /** @throws `HL_CONFIG` that lists every mistake of the options; `HL_TTA_MODULE` without a model that can be tested */
  constructor(options: WithModule<ClassificationTTAOptions>) {
    super(options)
    const { module: _module, ...own } = options
    checkOptions('ClassificationTTA', classificationTTASchema, own)
    const { merge = 'average', scores = 'scores', fromLogits = false } = own
    this.#fields = typeof scores === 'string' ? [scores] : scores
    this.#fromLogits = fromLogits
    this.#merge = merge === 'average' ? averageOf : votesOf
  }

  /**
   * @param predictions scores `[batch, classes]` per view, or records with fields of scores
   * @returns the same form, of a record the fields of scores only
   * @throws `HL_TTA_FIELD` where predictions hold no scores; `HL_TTA_SHAPE` where they cannot be merged
   */
  override mergePredictions(predictions: readonly Predictions[]): Tensor | Record<string, Tensor> {
    const tensors = predictions.filter((one) => one instanceof Tensor)
    if (tensors.length === predictions.length) return this.#merged(tensors)
    const merged: Record<string, Tensor> = {}
    for (const field of this.#fields) {
      merged[field] = this.#merged(predictions.map((one) => scoresIn(one, field)))
    }
    return merged
  }

  #merged(scores: readonly Tensor[]): Tensor {
    if (!this.#fromLogits) return this.#merge(scores)
    return tidy(() =>
      this.#merge(scores.map((one) => (one.shape.at(-1) === 1 ? sigmoid(one) : softmax(one)))),
    )
  }
}

function scoresIn(predictions: Predictions, field: string): Tensor {
  const value: unknown =
    typeof predictions === 'object' && predictions !== null ? Reflect.get(predictions, field) : undefined
  if (value instanceof Tensor) return value
  throw new HookloopError(
    'HL_TTA_FIELD',
    `ClassificationTTA wants predictions that are a tensor, or a record with a tensor in the field '${field}', but they ` +
      `are ${describeTensors(predictions)}; name the field in the option scores of ttaCfg, or extend BaseTTAModel`,
  )
}
