import { bucketLimits, bucketOf } from './buckets.js'
import { TfeventsError } from './errors.js'
import { quote } from './text.js'

/** Values counted by buckets. */
export interface Histogram {
  min: number
  max: number
  /** How many values there are. */
  num: number
  sum: number
  sumSquares: number
  /** The upper end of each bucket, which is no longer in it; ascending. */
  limits: number[]
  /** How many values lie in each bucket. */
  counts: number[]
}

/**
 * Counts values in TensorFlow's buckets.
 * @throws TfeventsError `HL_TFEVENTS_HISTOGRAM` without values, or with one that is not finite
 */
export function histogramOf(values: ArrayLike<number>, tag: string): Histogram {
  if (values.length === 0) {
    throw new TfeventsError('HL_TFEVENTS_HISTOGRAM', `The histogram ${quote(tag)} has no values`)
  }
  const limits = bucketLimits()
  const counts = new Array<number>(limits.length).fill(0)
  let min = Infinity
  let max = -Infinity
  let sum = 0
  let sumSquares = 0
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (!isFiniteNumber(value)) throw notFinite(value, index, tag)
    const bucket = bucketOf(value, limits)
    counts[bucket] = (counts[bucket] ?? 0) + 1
    min = Math.min(min, value)
    max = Math.max(max, value)
    sum += value
    sumSquares += value * value
  }
  return { min, max, num: values.length, sum, sumSquares, ...compact(limits, counts) }
}

/**
 * Makes one bucket of neighbouring empty ones between others, and leaves out those at both ends: TensorBoard takes
 * `min` and `max` for the outermost limits, and would show an empty bucket there as one that runs backwards.
 */
function compact(limits: readonly number[], counts: readonly number[]): Pick<Histogram, 'limits' | 'counts'> {
  const isFilled = counts.map((count) => count > 0)
  const first = isFilled.indexOf(true)
  const isKept = isFilled.map((filled, bucket) => filled || (bucket > first && isFilled[bucket + 1] === true))
  return {
    limits: limits.filter((_limit, bucket) => isKept[bucket]),
    counts: counts.filter((_count, bucket) => isKept[bucket]),
  }
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

function notFinite(value: unknown, index: number, tag: string): TfeventsError {
  return new TfeventsError(
    'HL_TFEVENTS_HISTOGRAM',
    `Value ${index} of the histogram ${quote(tag)} is ${quote(value)}, which lies in no bucket; ` +
      'leave out what is not finite, and write its count as a scalar',
  )
}
