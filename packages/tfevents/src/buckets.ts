const smallest = 1e-12
const largest = 1e20
const growth = 1.1

let limits: readonly number[] | undefined

/**
 * TensorFlow's limits of buckets, ascending: 0, and on both sides steps of a tenth from 1e-12 to 1e20, then the end
 * of what a double can hold. They resolve small values beside large outliers and are the same at every step.
 */
export function bucketLimits(): readonly number[] {
  if (limits === undefined) {
    const positive: number[] = []
    for (let limit = smallest; limit < largest; limit *= growth) positive.push(limit)
    positive.push(Number.MAX_VALUE)
    limits = [...positive.map((limit) => -limit).reverse(), 0, ...positive]
  }
  return limits
}

/** The bucket that a value lies in: the first whose limit is above it. */
export function bucketOf(value: number, limits: readonly number[]): number {
  let low = 0
  let high = limits.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value < (limits[middle] ?? Infinity)) high = middle
    else low = middle + 1
  }
  return low
}
