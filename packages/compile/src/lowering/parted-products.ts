import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'
import { GraphView, type ShapeOf } from './graph-view.js'

/** Multiplications that make a part worth a thread of its own. */
const leastWork = 2 ** 20

/** Updates that treat each number of a parameter by itself. */
const updates: ReadonlySet<string> = new Set([
  'ResourceApplyAdam',
  'ResourceApplyMomentum',
  'ResourceApplyGradientDescent',
])

/**
 * Where each operation has one thread and several run side by side, large products of matrices keep one thread busy and let
 * the others wait. Parameters that only products use are held in parts, some of their rows each, and so are the moments of
 * their updates: products, gradients and updates of the parts run side by side, and nothing large is ever put together.
 * @param nodes of a step, only those that are needed
 * @param numThreads operations that run side by side
 */
export function withPartedProducts(
  nodes: readonly GraphNode[],
  numThreads: number,
  shapeOf: ShapeOf,
): readonly GraphNode[] {
  const view = new UsedGraph(nodes, shapeOf)
  const parted = numThreads < 2 ? [] : nodes.flatMap((node) => partedParameter(view, node, numThreads) ?? [])
  if (parted.length === 0) return nodes
  const parts = new Parts(view)
  for (const parameter of parted) parts.divide(parameter)
  return parts.graph()
}

/** A parameter that is held in parts. */
interface PartedParameter {
  readonly update: GraphNode
  /** Of the parameter and of the update's moments. */
  readonly handles: readonly GraphNode[]
  readonly gradient: GraphNode
  /** Products that take the parameter. */
  readonly products: readonly GraphNode[]
  readonly numParts: number
}

/** Knows who takes what. */
class UsedGraph extends GraphView {
  readonly #users = new Map<string, GraphNode[]>()

  constructor(nodes: readonly GraphNode[], shapeOf: ShapeOf) {
    super(nodes, shapeOf)
    for (const node of nodes)
      for (const name of new Set(node.inputs.map(withoutOutput)))
        this.#users.set(name, [...(this.#users.get(name) ?? []), node])
  }

  /** Who takes an output of the node, or (`^name`) waits for it. */
  usersOf(name: string): readonly GraphNode[] {
    return this.#users.get(name) ?? []
  }
}

function partedParameter(
  view: UsedGraph,
  update: GraphNode,
  numThreads: number,
): PartedParameter | undefined {
  if (!updates.has(update.op)) return undefined
  const handles = update.inputs.flatMap((ref) => ofKind(view, ref, 'VarHandleOp'))
  const [gradient] = update.inputs.flatMap((ref) => ofKind(view, ref, 'MatMul'))
  const [parameter] = handles
  const shape = parameter === undefined ? undefined : shapeIn(parameter)
  if (gradient === undefined || parameter === undefined || shape?.length !== 2) return undefined
  if (!isProduct(gradient, true, false) || view.usersOf(gradient.name).length !== 1) return undefined
  const values = handles.map((handle) => valuesOf(view, handle))
  const products = values.flatMap(([value]) => view.usersOf(value?.name ?? ''))
  const isFit =
    values.every((list, index) => list.length === 1 && shapeIn(handles[index])?.join() === shape.join()) &&
    values.every(([value]) => view.usersOf(`^${value?.name}`).every((user) => user === update)) &&
    products.every((product) => takesParameter(product, values[0]?.[0]?.name))
  const numParts = isFit ? partsOf(shape, view.shapeOf(gradient.inputs[0] ?? ''), numThreads) : 1
  return numParts === 1 ? undefined : { update, handles, gradient, products, numParts }
}

function ofKind(view: GraphView, ref: string, op: string): GraphNode[] {
  const node = view.node(ref)
  return node?.op === op ? [node] : []
}

function valuesOf(view: UsedGraph, { name }: GraphNode): GraphNode[] {
  return view.usersOf(name).filter(({ op }) => op === 'ReadVariableOp')
}

function isProduct({ op, attrs }: GraphNode, transposesFirst: boolean, transposesSecond: boolean): boolean {
  return (
    op === 'MatMul' &&
    isSet(attrs.transpose_a) === transposesFirst &&
    isSet(attrs.transpose_b) === transposesSecond
  )
}

function isSet(attr: AttrValue | undefined): boolean {
  return attr !== undefined && 'b' in attr && attr.b
}

/** A product of something with the parameter, or with its transpose. */
function takesParameter(node: GraphNode, value: string | undefined): boolean {
  const [first, second] = node.inputs
  return (
    second === value && first !== value && (isProduct(node, false, false) || isProduct(node, false, true))
  )
}

/** As many as there are threads, where the rows can be divided so and each part is worth it. */
function partsOf(
  [rows = 1, columns = 1]: readonly number[],
  [batchSize = 1]: readonly number[] = [],
  numThreads: number,
): number {
  let numParts = Math.min(numThreads, Math.floor((rows * columns * batchSize) / leastWork))
  while (numParts > 1 && rows % numParts !== 0) numParts -= 1
  return Math.max(1, numParts)
}

function shapeIn(handle: GraphNode | undefined): readonly number[] | undefined {
  const shape = handle?.attrs.shape
  return shape !== undefined && 'shape' in shape ? shape.shape : undefined
}

/** Puts parts in the places of nodes. */
class Parts {
  readonly #replaced = new Map<string, readonly GraphNode[]>()
  /** What is divided for several who take it. */
  readonly #divided = new Map<string, GraphNode>()
  /** What to wait for instead of a node. */
  readonly #waits = new Map<string, readonly string[]>()

  constructor(private readonly view: UsedGraph) {}

  divide(parameter: PartedParameter): void {
    const { update, handles, gradient, products, numParts } = parameter
    for (const handle of handles) this.#divideVariable(handle, numParts)
    for (const product of products) this.#divideProduct(product, numParts)
    const [input = '', other = ''] = gradient.inputs
    const columns = this.#slices(input, 1, numParts)
    this.#replaced.set(
      gradient.name,
      named(gradient, numParts, (part) => ({ inputs: [columns[part] ?? '', other] })),
    )
    const own = new Set([gradient.name, ...handles.flatMap(({ name }) => [name, ...this.#valueNames(name)])])
    const ofPart = (ref: string, part: number) =>
      own.has(ref.replace(/^\^/, '')) ? partName(ref, part) : ref
    this.#divideWriter(update, numParts, (part) => update.inputs.map((ref) => ofPart(ref, part)))
  }

  graph(): GraphNode[] {
    const nodes = this.view.nodes.flatMap((node) => this.#replaced.get(node.name) ?? [node])
    return [...axes, ...this.#divided.values(), ...nodes].map((node) => ({
      ...node,
      inputs: node.inputs.flatMap((ref) => this.#waits.get(ref) ?? [ref]),
    }))
  }

  /** The variable in parts: how it is read as a whole, and set. */
  #divideVariable(handle: GraphNode, numParts: number): void {
    const [rows = 1, ...rest] = shapeIn(handle) ?? []
    const shape = { shape: [rows / numParts, ...rest] }
    const variables = named(handle, numParts, (part) => ({
      attrs: { ...handle.attrs, shape, shared_name: { s: partName(handle.name, part) } },
    }))
    this.#replaced.set(handle.name, variables)
    for (const user of this.view.usersOf(handle.name)) {
      if (user.op === 'ReadVariableOp') {
        const reads = named(user, numParts, (part) => ({ inputs: [partName(handle.name, part)] }))
        this.#replaced.set(user.name, [...reads, joined(user.name, reads, 0, user.attrs.dtype)])
      }
      const [, value = ''] = user.inputs
      if (user.op !== 'AssignVariableOp') continue
      const slices = this.#slices(value, 0, numParts)
      this.#divideWriter(user, numParts, (part) => [partName(handle.name, part), slices[part] ?? ''])
    }
  }

  #divideWriter(node: GraphNode, numParts: number, inputsOf: (part: number) => readonly string[]): void {
    const parts = named(node, numParts, (part) => ({ inputs: inputsOf(part) }))
    this.#replaced.set(node.name, parts)
    this.#waits.set(
      `^${node.name}`,
      parts.map(({ name }) => `^${name}`),
    )
  }

  /** A product with the rows is a sum of products; with the transpose, their results lie side by side. */
  #divideProduct(product: GraphNode, numParts: number): void {
    const [input = '', value = ''] = product.inputs
    const isTransposed = isSet(product.attrs.transpose_b)
    const columns = isTransposed ? [] : this.#slices(input, 1, numParts)
    const parts = named(product, numParts, (part) => ({
      inputs: [columns[part] ?? input, partName(value, part)],
    }))
    const { T } = product.attrs
    const result = isTransposed ? joined(product.name, parts, 1, T) : sumOf(product.name, parts, T)
    this.#replaced.set(product.name, [...parts, result])
  }

  /** Slices of equal size along an axis, the same for all who want them. */
  #slices(ref: string, axis: 0 | 1, numParts: number): string[] {
    const name = `${ref.replace(':', '_')}_${axis === 0 ? 'rows' : 'columns'}${numParts}`
    if (!this.#divided.has(name)) {
      const attrs = { T: { type: float32 }, num_split: { i: numParts } }
      this.#divided.set(name, { name, op: 'Split', inputs: [axisName(axis), ref], attrs })
    }
    return Array.from({ length: numParts }, (_, part) => (part === 0 ? name : `${name}:${part}`))
  }

  #valueNames(handle: string): string[] {
    return this.view.usersOf(handle).flatMap(({ name, op }) => (op === 'ReadVariableOp' ? [name] : []))
  }
}

const float32 = 1
const int32 = 3

const axes: readonly GraphNode[] = ([0, 1] as const).map((axis) => ({
  name: axisName(axis),
  op: 'Const',
  inputs: [],
  attrs: {
    dtype: { type: int32 },
    value: { tensor: { dtype: int32, shape: [], bytes: new Uint8Array(Int32Array.of(axis).buffer) } },
  },
}))

function axisName(axis: 0 | 1): string {
  return axis === 0 ? 'rows' : 'columns'
}

/** What a part of a node is called. */
function partName(name: string, part: number): string {
  return `${name}_${part}`
}

function named(
  node: GraphNode,
  numParts: number,
  changes: (part: number) => Partial<GraphNode>,
): GraphNode[] {
  return Array.from({ length: numParts }, (_, part) => ({
    ...node,
    ...changes(part),
    name: partName(node.name, part),
  }))
}

function joined(name: string, parts: readonly GraphNode[], axis: 0 | 1, T: AttrValue | undefined): GraphNode {
  const attrs = { T: T ?? { type: float32 }, N: { i: parts.length }, Tidx: { type: int32 } }
  return { name, op: 'ConcatV2', inputs: [...parts.map((part) => part.name), axisName(axis)], attrs }
}

function sumOf(name: string, parts: readonly GraphNode[], T: AttrValue | undefined): GraphNode {
  const attrs = { T: T ?? { type: float32 }, N: { i: parts.length } }
  return { name, op: 'AddN', inputs: parts.map((part) => part.name), attrs }
}

/** `name:1` as `name`; `^name` stays. */
function withoutOutput(ref: string): string {
  return ref.replace(/:\d+$/, '')
}
