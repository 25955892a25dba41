import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'
import { GraphView, type ShapeOf } from './graph-view.js'

/**
 * Products of matrices, biases and their gradients as the operations that TensorFlow has for just these, which it joins with
 * the activation that follows. tfjs makes them of operations for tensors of any rank.
 */
export function withBiases(nodes: readonly GraphNode[], shapeOf: ShapeOf): GraphNode[] {
  const view = new GraphView(nodes, shapeOf)
  return nodes.flatMap(
    (node) => asMatMul(view, node) ?? asBiasAdd(view, node) ?? asBiasGradient(view, node) ?? [node],
  )
}

function asMatMul(view: GraphView, node: GraphNode): GraphNode[] | undefined {
  const { T, adj_x: transpose_a, adj_y: transpose_b } = node.attrs
  if (node.op !== 'BatchMatMulV2' || T === undefined) return undefined
  if (transpose_a === undefined || transpose_b === undefined) return undefined
  const product = { ...node, op: 'MatMul', attrs: { T, transpose_a, transpose_b } }
  return view.shapeOf(node.name)?.length === 2 ? [product] : ofOne(view, product, T)
}

/** A product of batches of one, as tfjs makes them of matrices. TensorFlow leaves out a shape that is undone again. */
function ofOne(view: GraphView, product: GraphNode, T: AttrValue): GraphNode[] | undefined {
  const { name, inputs } = product
  const shape = view.shapeOf(name)
  const [first, second] = inputs.map((ref) => matrixIn(view.shapeOf(ref)))
  if (first === undefined || second === undefined || shape === undefined) return undefined
  if (matrixIn(shape) === undefined) return undefined
  const matrices = inputs.map((_, place) => `${name}_${place}`)
  return [
    ...reshaped(`${name}_0`, inputs[0] ?? '', first, T),
    ...reshaped(`${name}_1`, inputs[1] ?? '', second, T),
    { ...product, name: `${name}_product`, inputs: matrices },
    ...reshaped(name, `${name}_product`, shape, T),
  ]
}

function matrixIn(shape: readonly number[] | undefined): readonly number[] | undefined {
  return shape?.length === 3 && shape[0] === 1 ? shape.slice(1) : undefined
}

function reshaped(name: string, input: string, shape: readonly number[], T: AttrValue): GraphNode[] {
  const int32 = 3
  const bytes = new Uint8Array(Int32Array.from(shape).buffer)
  const value = { tensor: { dtype: int32, shape: [shape.length], bytes } }
  const Tshape = { type: int32 }
  return [
    { name: `${name}_shape`, op: 'Const', inputs: [], attrs: { dtype: Tshape, value } },
    { name, op: 'Reshape', inputs: [input, `${name}_shape`], attrs: { T, Tshape } },
  ]
}

/** What biases are added to. */
const weighted: ReadonlySet<string | undefined> = new Set(['BatchMatMulV2', 'Conv2D'])

function asBiasAdd(view: GraphView, node: GraphNode): GraphNode[] | undefined {
  const [value = '', bias = ''] = node.inputs
  const [shape, biasShape] = [view.shapeOf(node.name), view.shapeOf(bias)]
  if (node.op !== 'Add' || !weighted.has(view.node(view.origin(value))?.op)) return undefined
  if (view.shapeOf(value)?.join() !== shape?.join() || biasShape?.length !== 1) return undefined
  return biasShape[0] === shape?.at(-1) ? [{ ...node, op: 'BiasAdd', attrs: attrsOf(node) }] : undefined
}

/** The sum over all axes but the last. */
function asBiasGradient(view: GraphView, node: GraphNode): GraphNode[] | undefined {
  const [gradient = '', axes] = node.inputs
  const shape = view.shapeOf(gradient)
  if (node.op !== 'Sum' || shape === undefined || shape.length < 2) return undefined
  const isOfBias =
    view.shapeOf(node.name)?.join() === String(shape.at(-1)) &&
    view.integersOf(axes)?.toSorted().join() === [...shape.keys()].slice(0, -1).join()
  return isOfBias ? [{ ...node, op: 'BiasAddGrad', inputs: [gradient], attrs: attrsOf(node) }] : undefined
}

function attrsOf({ attrs: { T } }: GraphNode): GraphNode['attrs'] {
  return { ...(T === undefined ? {} : { T }), data_format: { s: 'NHWC' } }
}
