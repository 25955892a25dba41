import type { DrawnValues } from './drawn-values.js'

/** Gives what `random` gives, and notes it. */
export function heard(random: () => number, numbers: number[]): () => number {
  return () => {
    const number = random()
    numbers.push(number)
    return number
  }
}

/**
 * What a step does with numbers of `Math.random` that are no seeds of values which are drawn anew: with each of those it may go
 * another way, or make other values, and a graph would repeat one of them.
 * @returns in words that go on after "because"; undefined where there are no such numbers
 */
export function strayUse(numbers: readonly number[], drawn: readonly DrawnValues[]): string | undefined {
  const seeds = new Set(drawn.map(({ seedIndex }) => seedIndex))
  if (seeds.size >= numbers.length) return undefined
  return (
    'the step uses Math.random itself, or random numbers other than those of dropout, noise, and the float32 tensors of ' +
    'tf.randomUniform and tf.randomNormal; draw with these, and decide in the graph, such as ' +
    'tf.where(tf.less(tf.randomUniform([]), 0.5), one, other)'
  )
}
