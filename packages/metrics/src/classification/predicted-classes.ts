import { bestClasses, HookloopError, type Predictions, readTensor } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'

/** Where the predicted classes are, and for messages who reads them. */
export interface PredictionReading {
  readonly metric: string
  readonly scores: string
  readonly predictions: string
  readonly threshold: number
}

/** The predicted class of each example of a batch. */
export interface PredictedClasses {
  /** NaN for an example without a prediction, such as one with NaN among its scores. */
  readonly numbers: readonly number[]
  /** How many classes there are, where the predictions tell it. */
  readonly classes: number | undefined
}

/**
 * Reads the best class from scores `[batch, classes]`, class 0 or 1 from one float score per example, or class numbers:
 * those in the field `predictions`, or integers that are in no field.
 * @throws `HL_METRIC_FIELD`, `HL_METRIC_SHAPE`
 */
export async function predictedClasses(
  outputs: Predictions,
  { metric, scores, predictions, threshold }: PredictionReading,
): Promise<PredictedClasses> {
  const areScores = hasField(outputs, scores)
  const areNumbers = !areScores && hasField(outputs, predictions)
  const option = areNumbers ? 'predictions' : 'scores'
  const tensor = readTensor(outputs, { metric, field: areNumbers ? predictions : scores, option })
  try {
    const [columns = 1] = tensor.shape.slice(1)
    if (tensor.rank === 2 && columns > 1 && !areNumbers)
      return { numbers: await bestClasses(tensor), classes: columns }
    if (tensor.rank !== 1 && !(tensor.rank === 2 && columns === 1)) throw oddShape(metric, option, tensor)
    const values = Array.from(await tensor.data())
    // A saturated score in a list looks like an integer, so what is called scores always holds scores.
    if (areNumbers || (!areScores && tensor.dtype === 'int32')) return { numbers: values, classes: undefined }
    return { numbers: values.map((score) => classOf(score, threshold)), classes: 2 }
  } finally {
    tensor.dispose()
  }
}

function classOf(score: number, threshold: number): number {
  if (Number.isNaN(score)) return score
  return score > threshold ? 1 : 0
}

function hasField(outputs: Predictions, field: string): boolean {
  const record: unknown = Array.isArray(outputs) ? outputs[0] : outputs
  return typeof record === 'object' && record !== null && !(record instanceof Tensor) && field in record
}

function oddShape(metric: string, option: 'scores' | 'predictions', { shape }: Tensor): HookloopError {
  const wanted =
    option === 'scores'
      ? 'scores of shape [batch, classes], or [batch] for two classes,'
      : 'class numbers of shape [batch]'
  return new HookloopError('HL_METRIC_SHAPE', `${metric} wants ${wanted} but got [${shape.join(', ')}]`)
}
