import type { GraphNode } from '../tensorflow/graph-def.js'
import { GraphView, type ShapeOf } from './graph-view.js'

/**
 * tfjs makes relu's gradient of seven operations; TensorFlow has one. It gets what relu gave instead of what it got, so that
 * nobody needs that any more and TensorFlow can join relu with the product or convolution before it.
 */
export function withReluGradients(nodes: readonly GraphNode[], shapeOf: ShapeOf): GraphNode[] {
  const view = new GraphView(nodes, shapeOf)
  const results = new Map(nodes.flatMap(({ op, inputs, name }) => (op === 'Relu' ? [[inputs[0], name]] : [])))
  return nodes.map((node) => {
    const [gradient = '', mask] = node.op === 'Mul' ? node.inputs : []
    const features = reluFeatures(view, mask)
    if (features === undefined || !isSameShape(view, gradient, features)) return node
    return { ...node, op: 'ReluGrad', inputs: [gradient, results.get(features) ?? features] }
  })
}

/** A product may stretch what it takes; TensorFlow's operation does not. */
function isSameShape({ shapeOf }: GraphView, gradient: string, features: string): boolean {
  const shape = shapeOf(gradient)?.join()
  return shape !== undefined && shape === shapeOf(features)?.join()
}

/** Of what a mask is 1 where it is above 0, 0 elsewhere, and NaN where it is NaN. */
function reluFeatures(view: GraphView, mask: string | undefined): string | undefined {
  const [selected] = view.inputsOf('Cast', mask) ?? []
  const [isNan, features, steps] = view.inputsOf('Select', selected) ?? []
  const [isAbove, ones, zeros] = view.inputsOf('Select', steps) ?? []
  const [above, bound] = view.inputsOf('Greater', isAbove) ?? []
  const [nan] = view.inputsOf('IsNan', isNan) ?? []
  const [, zero] = view.inputsOf('Fill', zeros) ?? []
  const isRelu =
    features !== undefined &&
    above === features &&
    nan === features &&
    view.fillOf(ones) === 1 &&
    view.fillOf(zero) === 0 &&
    view.fillOf(bound) === 0
  return isRelu ? features : undefined
}
