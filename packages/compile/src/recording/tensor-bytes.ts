import type { TensorSpec } from './recording.js'

/** By TensorFlow's numbers of types; texts count nothing. */
const bytesOfType: Readonly<Record<number, number>> = { 1: 4, 2: 8, 3: 4, 4: 1, 8: 8, 9: 8, 10: 1 }

/** Operations whose result lies where their first input does. */
export const sharing: ReadonlySet<string> = new Set([
  'ExpandDims',
  'Identity',
  'Reshape',
  'Squeeze',
  'StopGradient',
])

export function bytesOf({ shape, dtype }: TensorSpec): number {
  return shape.reduce((product, size) => product * size, bytesOfType[dtype] ?? 0)
}
