import type { RecordedNode } from '../recording/recording.js'
import { drawUniform } from './alea.js'

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
    firsts.set(drawUniform(seed, 1)[0] ?? Number.NaN, seedIndex)
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
