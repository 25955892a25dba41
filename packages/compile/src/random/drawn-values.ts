import type { RecordedNode } from '../recording/recording.js'
import { type Distribution, draw, standards } from './distribution.js'
import { distributionOf, lineThrough } from './distribution-of.js'

/** Values that tfjs draws in JavaScript from a seed that `Math.random` gave, as dropout and noise do. */
export interface DrawnValues {
  /** Which node holds them. */
  readonly index: number
  /** Which number of `Math.random` is the seed, from 0. */
  readonly seedIndex: number
  readonly distribution: Distribution
}

/** So many numbers of `Math.random` are tried as seeds: each costs for each constant. */
const mostSeeds = 256
/** So many values tell quickly that a seed is not the one. */
const fewest = 5

const kinds = ['uniform', 'normal'] as const

/** What a seed begins with, for each kind. */
interface Beginning {
  readonly seed: number
  readonly seedIndex: number
  readonly kind: Distribution['kind']
  readonly drawn: Float32Array
}

/** The nodes that hold drawn values. @param seeds the numbers that `Math.random` gave */
export function drawnValues(nodes: readonly RecordedNode[], seeds: readonly number[]): DrawnValues[] {
  const beginnings = kinds.flatMap((kind) =>
    seeds
      .slice(0, mostSeeds)
      .map((seed, seedIndex) => ({ seed, seedIndex, kind, drawn: draw(standards[kind], seed, fewest) })),
  )
  return nodes.flatMap((node, index) => {
    if (node.kind !== 'const' || !(node.values instanceof Float32Array)) return []
    const found = beginningOf(node.values, beginnings)
    return found === undefined ? [] : [{ index, ...found }]
  })
}

function beginningOf(
  values: Float32Array,
  beginnings: readonly Beginning[],
): Omit<DrawnValues, 'index'> | undefined {
  for (const { seed, seedIndex, kind, drawn } of beginnings) {
    if (!mayBe(values, drawn)) continue
    const distribution = values.length < fewest ? standards[kind] : distributionOf(kind, values, seed)
    if (distribution !== undefined) return { seedIndex, distribution }
  }
  return undefined
}

/** Too few values tell no parameters: they must be the standard ones. */
function mayBe(values: Float32Array, drawn: Float32Array): boolean {
  if (values.length < fewest) return values.every((value, at) => value === drawn[at])
  return values[0] !== values[1] && lineThrough(drawn, values) !== undefined
}
