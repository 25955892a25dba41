import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'
import { GraphView, type ShapeOf } from './graph-view.js'
import { type Bindings, bind, operation, type Term } from './term.js'

/**
 * tfjs makes the batch's mean and variance, and the gradient of a batch normalization, of some forty operations, most of
 * which go through the whole tensor. TensorFlow has two that do it all. For pictures: rank 4, channels last.
 */
export function withBatchNorms(nodes: readonly GraphNode[], shapeOf: ShapeOf): GraphNode[] {
  const view = new GraphView(nodes, shapeOf)
  const norms = nodes.filter(({ op }) => op === 'FusedBatchNorm')
  const replaced = new Map(norms.flatMap((node) => replacements(view, node)).map((node) => [node.name, node]))
  if (replaced.size === 0) return [...nodes]
  return [...nodes.map((node) => replaced.get(node.name) ?? node), noValues]
}

/** In training, the mean and the variance that others would hand in are none. */
const noValues: GraphNode = {
  name: 'none',
  op: 'Const',
  inputs: [],
  attrs: {
    dtype: { type: 1 },
    value: { tensor: { dtype: 1, shape: [0], bytes: new Uint8Array(0) } },
  },
}

const axes: Term = { integers: [0, 1, 2] }
const batchMean: Term = operation('Mean', 'x', axes)
const batchVariance: Term = operation('Mean', operation('Square', operation('Sub', 'x', batchMean)), axes)

function replacements(view: GraphView, norm: GraphNode): GraphNode[] {
  const [x, scale, offset, mean, variance] = norm.inputs
  const shape = view.shapeOf(norm.name)
  if (!x || !scale || !offset || !mean || !variance || shape?.length !== 4) return []
  const made = bind(view, variance, batchVariance, new Map([['x', view.origin(x)]]))
  if (made === undefined || bind(view, mean, batchMean, made) === undefined) return []
  const { T, epsilon = { f: 1e-4 }, data_format = { s: 'NHWC' } } = norm.attrs
  if (T === undefined || !('f' in epsilon) || !('s' in data_format) || data_format.s !== 'NHWC') return []
  const attrs = { T, U: T, epsilon, data_format, is_training: { b: true } }
  const forward: GraphNode[] = [
    {
      name: norm.name,
      op: 'FusedBatchNormV3',
      inputs: [x, scale, offset, noValues.name, noValues.name],
      attrs: { ...attrs, exponential_avg_factor: { f: 1 } },
    },
    outputOf(norm.name, 3, view.origin(mean), T),
    outputOf(norm.name, 4, view.origin(variance), T),
  ]
  const bindings = new Map(
    Object.entries({ x, scale, mean, variance }).map(([name, ref]) => [name, view.origin(ref)]),
  )
  const fused = { ...norm, attrs }
  return [...forward, ...gradients(view, fused, bindings, gradientTerms(epsilon.f, shape))]
}

interface GradientTerms {
  readonly x: Term
  readonly scale: Term
  readonly offset: Term
}

/** What tfjs makes gradients of. `gradient` is that of the result. */
function gradientTerms(epsilon: number, shape: readonly number[]): GradientTerms {
  const count = shape.slice(0, 3).reduce((product, size) => product * size, 1)
  const spread = (value: Term) => operation('RealDiv', operation('Mul', value, 1), count)
  const sum = (value: Term) => operation('Sum', value, axes)
  const root = operation('Rsqrt', operation('Add', 'variance', epsilon))
  const centered = operation('Sub', 'x', 'mean')
  const scaled = operation('Mul', 'gradient', 'scale')
  const cube = operation('Mul', operation('Mul', operation('Mul', root, root), root), -0.5)
  const ofVariance = sum(operation('Mul', operation('Mul', cube, centered), scaled))
  const direct = operation('Mul', operation('Mul', 'gradient', operation('Tile', root, 'times')), 'scale')
  const throughVariance = operation('Mul', spread(ofVariance), operation('Mul', centered, 2))
  const ofMean = operation(
    'Add',
    sum(operation('Mul', operation('Mul', root, -1), scaled)),
    operation('Neg', sum(throughVariance)),
  )
  return {
    x: operation('Add', operation('Add', direct, throughVariance), spread(ofMean)),
    scale: sum(operation('Mul', 'gradient', operation('Mul', centered, root))),
    offset: sum('gradient'),
  }
}

function gradients(
  view: GraphView,
  { name: norm, inputs: [x = '', scale = ''], attrs }: GraphNode,
  bindings: Bindings,
  terms: GradientTerms,
): GraphNode[] {
  const shape = view.shapeOf(norm)?.join()
  for (const { name, op } of view.nodes) {
    const bound = op === 'Add' ? bind(view, name, terms.x, bindings) : undefined
    const gradient = bound?.get('gradient')
    if (bound === undefined || gradient === undefined || view.shapeOf(gradient)?.join() !== shape) continue
    const made = [3, 4, 5].map((output) => `${norm}:${output}`)
    const ofNorm = { name, op: 'FusedBatchNormGradV3', inputs: [gradient, x, scale, ...made], attrs }
    const same = (term: Term, output: number) =>
      view.nodes
        .filter((node) => node.op === 'Sum' && bind(view, node.name, term, bound) !== undefined)
        .map((node) => outputOf(name, output, node.name, attrs.T))
    return [ofNorm, ...same(terms.scale, 1), ...same(terms.offset, 2)]
  }
  return []
}

/** Another node's output under the name of what was computed in another way. */
function outputOf(node: string, output: number, name: string, type: AttrValue | undefined): GraphNode {
  return { name, op: 'Identity', inputs: [`${node}:${output}`], attrs: type === undefined ? {} : { T: type } }
}
