import { isDeepStrictEqual } from 'node:util'
import type { Obstacle } from '@hookloop/optim'
import type { RecordedConst, RecordedNode, RecordedOp, Recording } from './recording.js'

/**
 * What differs between two recordings of the same step, in words that go on after "because"; undefined where nothing
 * does, so that a graph made of one will compute the other.
 */
export function difference(first: Recording, second: Recording): string | undefined {
  const { nodes } = first
  const drawn = new Set(first.drawn.map(({ index }) => index))
  for (const [index, node] of nodes.entries()) {
    const other = second.nodes[index]
    if (other === undefined) break
    if (drawn.has(index) && other.kind === 'const') continue
    const found = nodeDifference(node, other, nodes)
    if (found !== undefined) return found
  }
  if (nodes.length !== second.nodes.length)
    return `the step runs ${nodes.length} operations one time and ${second.nodes.length} another`
  if (!isSameList(first.variables, second.variables)) return 'the step uses other variables from run to run'
  if (!isSameList(first.captured, second.captured))
    return 'the step uses tensors from outside that are replaced from run to run; give them with the batch, or keep them in a variable'
  const rest = ({ written, outputs, passes, drawn }: Recording) => ({
    written,
    outputs,
    passes,
    drawn,
  })
  return isDeepStrictEqual(rest(first), rest(second))
    ? undefined
    : 'the step returns or writes something else each time'
}

/** What a later rehearsal of a recorded step shows to be other than recorded; undefined where nothing is. */
export function changeSince(recorded: Recording, now: Recording | Obstacle): string | undefined {
  if ('obstacle' in now) return now.obstacle
  return now.leftOut ?? difference(recorded, now)
}

function isSameList(first: readonly unknown[], second: readonly unknown[]): boolean {
  return first.length === second.length && first.every((item, index) => item === second[index])
}

function nodeDifference(
  node: RecordedNode,
  other: RecordedNode,
  nodes: readonly RecordedNode[],
): string | undefined {
  if (isDeepStrictEqual(node, other)) return undefined
  if (node.kind === 'const' && other.kind === 'const' && isDeepStrictEqual(node.shape, other.shape))
    return `values made in JavaScript differ from run to run (${describeUse(node, nodes)}); random numbers other than those of tf.randomUniform, tf.randomNormal, dropout and noise are not known`
  return 'the step runs other operations from run to run'
}

function describeUse(value: RecordedConst, nodes: readonly RecordedNode[]): string {
  const index = nodes.indexOf(value)
  const isUser = (node: RecordedNode): node is RecordedOp =>
    node.kind === 'op' && node.inputs.some((input) => input.from === 'node' && input.index === index)
  const user = nodes.find(isUser)
  return `[${value.shape.join(', ')}] for ${user?.op ?? 'no operation'}`
}
