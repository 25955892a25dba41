import { nameIn } from './repeated-graph.js'
import { nodeNames } from './step-graph.js'

/** What a call of TensorFlow is given and what it gives back, as lists of names. */
export interface CallNames {
  readonly feeds: string
  readonly fetches: string
}

/**
 * The names of a call of several steps.
 * @param feeds of one step @param fetches of one step @param hasFactors the call is fed with factors of all its steps
 */
export function callNames(
  numSteps: number,
  feeds: readonly string[],
  fetches: readonly string[],
  hasFactors: boolean,
): CallNames {
  const steps = Array.from({ length: numSteps }, (_, step) => step)
  const inSteps = (list: readonly string[]) => steps.flatMap((step) => list.map((name) => nameIn(step, name)))
  const factors = hasFactors ? [nodeNames.factors] : []
  return {
    feeds: [...inSteps(feeds), ...factors].join(),
    fetches: [nameIn(numSteps - 1, nodeNames.done), ...inSteps(fetches)].join(),
  }
}
