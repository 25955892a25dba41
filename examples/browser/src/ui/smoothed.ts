/**
 * The mean of each value and its neighbours on both sides: unlike an average of what came before, it does not lag behind
 * a loss that falls. The newest values have fewer neighbours.
 */
export function smoothed(values: readonly number[]): number[] {
  const reach = Math.max(3, Math.round(values.length / 60))
  const sums = [0]
  for (const value of values) sums.push((sums.at(-1) ?? 0) + value)
  const sumTo = (end: number) => sums[end] ?? 0
  return values.map((_, index) => {
    const [begin, end] = [Math.max(0, index - reach), Math.min(values.length, index + reach + 1)]
    return (sumTo(end) - sumTo(begin)) / (end - begin)
  })
}
