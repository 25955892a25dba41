import { describeTensors, HookloopError } from '@hookloop/core'
import {
  add,
  addN,
  isNaN as areNaN,
  argMax,
  cast,
  div,
  neg,
  oneHot,
  sub,
  type Tensor,
  tidy,
  topk,
  where,
} from '@tensorflow/tfjs-core'

/**
 * The mean of the scores of several views, of any one shape.
 * @throws `HL_TTA_SHAPE` when the shapes differ
 */
export function averageOf(scores: readonly Tensor[]): Tensor {
  checkShapes(scores)
  return tidy(() => div(addN(scores.map((one) => cast(one, 'float32'))), scores.length))
}

/**
 * The votes of several views with scores `[batch, classes]`: the whole part is how many views think a class the best,
 * the rest, from 0 and below 1, puts classes with equal votes in the order of their mean scores. NaN stays NaN.
 * @throws `HL_TTA_SHAPE` when the shapes differ or are not `[batch, classes]`
 */
export function votesOf(scores: readonly Tensor[]): Tensor {
  checkShapes(scores)
  const classes = classesOf(scores[0])
  return tidy(() => {
    const votes = addN(scores.map((one) => cast(oneHot(argMax(one, -1), classes), 'float32')))
    const means = averageOf(scores)
    const places = placesOf(means, classes)
    const order = div(sub(classes - 1, places), classes)
    return where(areNaN(means), means, add(votes, order))
  })
}

/** The place of each class by its score, the best at 0; of equal scores the first class comes first. */
function placesOf(scores: Tensor, classes: number): Tensor {
  const bestFirst = topk(scores, classes).indices
  // What sorts the sorted classes is where each of them was.
  return topk(neg(cast(bestFirst, 'float32')), classes).indices
}

function classesOf(scores: Tensor | undefined): number {
  const [, classes] = scores?.shape ?? []
  if (scores?.rank === 2 && classes !== undefined && classes > 1) return classes
  throw new HookloopError(
    'HL_TTA_SHAPE',
    `merge: 'vote' wants scores [batch, classes] of two classes or more, but the predictions are ${describeTensors(scores)}; ` +
      "use merge: 'average', or extend BaseTTAModel and merge them yourself",
  )
}

function checkShapes(scores: readonly Tensor[]): void {
  const [first] = scores
  const other = scores.findIndex(({ shape }) => shape.join() !== first?.shape.join())
  if (other === -1) return
  throw new HookloopError(
    'HL_TTA_SHAPE',
    `the predictions under augmentations[0] are ${describeTensors(first)}, those under augmentations[${other}] are ` +
      `${describeTensors(scores[other])}; they can be merged only where their shapes are equal`,
  )
}
