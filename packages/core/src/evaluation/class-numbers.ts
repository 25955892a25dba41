import { any, isNaN as areNaN, cast, type Tensor, tidy, topk } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import { type FieldReading, readTensor } from './read-tensor.js'

/**
 * The classes with the best scores of each example, best first: `depth` numbers for every row of `scores`
 * `[batch, classes]`. An example that has NaN among its scores has no best class: NaN in all its places.
 */
export async function bestClasses(scores: Tensor, depth = 1): Promise<number[]> {
  const best = tidy(() => {
    const floats = cast(scores, 'float32')
    return { indices: topk(floats, depth).indices, areBroken: any(areNaN(floats), -1) }
  })
  const [indices, areBroken] = await Promise.all([best.indices.data(), best.areBroken.data()])
  best.indices.dispose()
  best.areBroken.dispose()
  return Array.from(indices, (index, place) =>
    areBroken[Math.floor(place / depth)] === 0 ? index : Number.NaN,
  )
}

/**
 * The class number of each example of a batch, from labels `[batch]`, `[batch, 1]` or one-hot `[batch, classes]`.
 * @throws `HL_METRIC_FIELD` where there are no labels, `HL_METRIC_LABEL` for what is not a whole number
 */
export async function readClassNumbers(source: unknown, reading: FieldReading): Promise<number[]> {
  const labels = readTensor(source, reading)
  try {
    const isOneHot = labels.rank > 1 && (labels.shape.at(-1) ?? 1) > 1
    const numbers = isOneHot ? await bestClasses(labels) : Array.from(await labels.data())
    checkWhole(numbers, reading)
    return numbers
  } finally {
    labels.dispose()
  }
}

function checkWhole(numbers: readonly number[], { metric, field }: FieldReading): void {
  const odd = numbers.findIndex((number) => !Number.isInteger(number))
  if (odd < 0) return
  throw new HookloopError(
    'HL_METRIC_LABEL',
    `${metric} wants class numbers or one-hot rows in the field '${field}', but example ${odd} of the batch has ` +
      `${numbers[odd]}; class numbers are whole and count from 0`,
  )
}
