import { type Distribution, draw, standards } from './distribution.js'

/**
 * The distribution that values were drawn from, with parameters as people write them: decimal numbers, the inverse of a root
 * (as initializers have it), or what a rate of dropout makes of noise.
 * @returns undefined where none of a kind gives exactly these values
 */
export function distributionOf(
  kind: Distribution['kind'],
  values: Float32Array,
  seed: number,
): Distribution | undefined {
  const line = lineThrough(draw(standards[kind], seed, Math.min(values.length, fitted)), values)
  if (line === undefined) return undefined
  for (const offset of decimals(line.offset))
    for (const scale of [...decimals(line.scale), ...roots(line.scale)]) {
      const distribution: Distribution =
        kind === 'uniform' ? { kind, min: offset, range: scale } : { kind, mean: offset, stdDev: scale }
      if (isSame(draw(distribution, seed, values.length), values)) return distribution
    }
  return undefined
}

/** So many values are enough to find parameters. */
const fitted = 1024
/** The values of float32 have about seven digits. */
const digits = [1, 2, 3, 4, 5, 6]
const tolerance = 1e-4

/** `values = offset + scale * drawn` by least squares; undefined where they lie on no line, or too few to tell. */
export function lineThrough(drawn: Float32Array, values: Float32Array) {
  const count = drawn.length
  const mean = (list: Float32Array) => drawn.reduce((sum, _, at) => sum + (list[at] ?? 0), 0) / count
  const [meanDrawn, meanValue] = [mean(drawn), mean(values)]
  let [variance, covariance] = [0, 0]
  drawn.forEach((number, at) => {
    variance += (number - meanDrawn) ** 2
    covariance += (number - meanDrawn) * ((values[at] ?? 0) - meanValue)
  })
  const scale = covariance / variance
  const offset = meanValue - scale * meanDrawn
  const bound = tolerance * (Math.abs(scale) + Math.abs(offset))
  const fits = drawn.every((number, at) => Math.abs(offset + scale * number - (values[at] ?? 0)) <= bound)
  return Number.isFinite(scale) && scale !== 0 && fits && count > 2 ? { offset, scale } : undefined
}

/** Decimal numbers near an estimate, those with fewer digits first. */
function decimals(estimate: number): number[] {
  const near = Math.abs(estimate) < tolerance ? [0] : []
  return [...new Set([...near, ...digits.map((count) => Number(estimate.toPrecision(count)))])]
}

function roots(estimate: number): number[] {
  const square = estimate ** 2
  const rates = decimals(square / (1 + square)).map((rate) => Math.sqrt(rate / (1 - rate)))
  return [...rates, ...decimals(1 / square).map((number) => 1 / Math.sqrt(number))]
}

function isSame(drawn: Float32Array, values: Float32Array): boolean {
  return drawn.every((value, at) => value === values[at])
}
