import { drawUniform, generatorOf } from './alea.js'

/** What tfjs's `randomUniform` and `randomNormal` draw. */
export type Distribution =
  | { readonly kind: 'uniform'; readonly min: number; readonly range: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly stdDev: number }

/** So many numbers of a distribution as tfjs draws from a seed: the same to the last bit. */
export function draw(distribution: Distribution, seed: number, count: number): Float32Array {
  return distribution.kind === 'uniform'
    ? drawUniform(seed, count, distribution.min, distribution.range)
    : drawNormal(seed, count, distribution.mean, distribution.stdDev)
}

/** Marsaglia's polar method: each point in the unit circle gives two numbers. */
function drawNormal(seed: number, count: number, mean: number, stdDev: number): Float32Array {
  const random = generatorOf(seed)
  const values = new Float32Array(count)
  for (let at = 0; at < count; at += 2) {
    let [x, y, square] = [0, 0, 0]
    do {
      x = 2 * random() - 1
      y = 2 * random() - 1
      square = x * x + y * y
    } while (square >= 1 || square === 0)
    const stretch = Math.sqrt((-2 * Math.log(square)) / square)
    values[at] = mean + stdDev * x * stretch
    if (at + 1 < count) values[at + 1] = mean + stdDev * y * stretch
  }
  return values
}

export const standards = {
  uniform: { kind: 'uniform', min: 0, range: 1 },
  normal: { kind: 'normal', mean: 0, stdDev: 1 },
} as const satisfies Record<Distribution['kind'], Distribution>
