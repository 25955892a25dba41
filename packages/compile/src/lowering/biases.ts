import type { GraphNode } from '../tensorflow/graph-def.js'
import { GraphView, type ShapeOf } from './graph-view.js'

/**
 * Products of matrices, biases and their gradients as the operations that TensorFlow has for just these, which it joins with
 * the activation that follows. tfjs makes them of operations for tensors of any rank.
 */
export function withBiases(nodes: readonly GraphNode[], shapeOf: ShapeOf): GraphNode[] {
  const view = new GraphView(nodes, shapeOf)
  return nodes.map(
    (node) => asMatMul(view, node) ?? asBiasAdd(view, node) ?? asBiasGradient(view, node) ?? node,
  )
}

function asMatMul(view: GraphView, node: GraphNode): GraphNode | undefined {
  const { T, adj_x: transpose_a, adj_y: transpose_b } = node.attrs
  if (node.op !== 'BatchMatMulV2' || view.shapeOf(node.name)?.length !== 2) return undefined
  if (T === undefined || transpose_a === undefined || transpose_b === undefined) return undefined
  return { ...node, op: 'MatMul', attrs: { T, transpose_a, transpose_b } }
}

/** What biases are added to. */
const weighted: ReadonlySet<string | undefined> = new Set(['BatchMatMulV2', 'Conv2D'])

function asBiasAdd(view: GraphView, node: GraphNode): GraphNode | undefined {
  const [value = '', bias = ''] = node.inputs
  const [shape, biasShape] = [view.shapeOf(node.name), view.shapeOf(bias)]
  if (node.op !== 'Add' || !weighted.has(view.node(value)?.op)) return undefined
  if (view.shapeOf(value)?.join() !== shape?.join() || biasShape?.length !== 1) return undefined
  return biasShape[0] === shape?.at(-1) ? { ...node, op: 'BiasAdd', attrs: attrsOf(node) } : undefined
}

/** The sum over all axes but the last. */
function asBiasGradient(view: GraphView, node: GraphNode): GraphNode | undefined {
  const [gradient = '', axes] = node.inputs
  const shape = view.shapeOf(gradient)
  if (node.op !== 'Sum' || shape === undefined || shape.length < 2) return undefined
  const isOfBias =
    view.shapeOf(node.name)?.join() === String(shape.at(-1)) &&
    view.integersOf(axes)?.toSorted().join() === [...shape.keys()].slice(0, -1).join()
  return isOfBias ? { ...node, op: 'BiasAddGrad', inputs: [gradient], attrs: attrsOf(node) } : undefined
}

function attrsOf({ attrs: { T } }: GraphNode): GraphNode['attrs'] {
  return { ...(T === undefined ? {} : { T }), data_format: { s: 'NHWC' } }
}
