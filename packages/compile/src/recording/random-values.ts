import seedrandom from 'seedrandom'
import type { RecordedNode } from './recording.js'

/** Values that tfjs draws in JavaScript, as `tf.dropout` does: uniform in [0, 1), from a seed that `Math.random` gave. */
export interface UniformValues {
  /** Which node holds them. */
  readonly index: number
  /** Which number of `Math.random` is the seed, from 0. */
  readonly seedIndex: number
}

/** So many numbers of `Math.random` are tried as seeds. */
const mostSeeds = 256

/** The nodes that hold uniform values. @param random gives what `Math.random` gave */
export function uniformValues(nodes: readonly RecordedNode[], random: () => number): UniformValues[] {
  const firsts = new Map<number, number>()
  const seeds = Array.from({ length: mostSeeds }, random)
  seeds.forEach((seed, seedIndex) => {
    firsts.set(Math.fround(generatorOf(seed)()), seedIndex)
  })
  return nodes.flatMap((node, index) => {
    if (node.kind !== 'const' || !(node.values instanceof Float32Array)) return []
    const seedIndex = firsts.get(node.values[0] ?? Number.NaN)
    const seed = seeds[seedIndex ?? -1]
    if (seedIndex === undefined || seed === undefined) return []
    const drawn = drawUniform(seed, node.values.length)
    return drawn.every((value, place) => value === node.values[place]) ? [{ index, seedIndex }] : []
  })
}

/** What tfjs draws from a seed: with the generator that it uses, the same numbers. */
export function drawUniform(seed: number, count: number): Float32Array {
  const next = generatorOf(seed)
  const values = new Float32Array(count)
  for (let place = 0; place < count; place++) values[place] = next()
  return values
}

function generatorOf(seed: number): () => number {
  return seedrandom.alea(seed.toString())
}
