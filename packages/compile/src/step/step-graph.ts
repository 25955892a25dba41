import { withBatchNorms } from '../lowering/batch-norms.js'
import { withBiases } from '../lowering/biases.js'
import { fallibleNodes } from '../lowering/fallible-nodes.js'
import { type DerivedFactor, fuseUpdates, type UpdateNames } from '../lowering/fused-updates.js'
import type { ShapeOf } from '../lowering/graph-view.js'
import { neededNodes } from '../lowering/needed-nodes.js'
import { withPartedProducts } from '../lowering/parted-products.js'
import { withReluGradients } from '../lowering/relu-gradients.js'
import type {
  RecordedConst,
  RecordedNode,
  RecordedOp,
  Recording,
  Source,
  TensorSpec,
} from '../recording/recording.js'
import { sourcesIn } from '../recording/template.js'
import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'
import type { NativeAttr } from '../tensorflow/native-backend.js'
import { writingAfter } from './writers.js'

/** A recorded step and what comes to it from outside. */
export interface StepSpec {
  readonly recording: Recording
  readonly batch: readonly TensorSpec[]
  readonly variables: readonly TensorSpec[]
  readonly numFactors: number
  /** Passes whose loss must be finite before anything is written. */
  readonly guardedPasses: readonly number[]
  /** Operations that run side by side with a thread each; 1 where it is one by one. */
  readonly sideBySide: number
}

/** TensorFlow's number of its type. */
const float32 = 1

/** What the guard's failure is told by. */
export const notFinite = 'hookloop: the loss is not finite'

/** Names of nodes that runs feed and fetch; short, because each run hands them over as text. */
export const nodeNames = {
  /** A constant 0. */
  zero: 'z',
  batch: (index: number) => `b${index}`,
  factors: 'f',
  /** A variable, and its value. */
  handle: (index: number) => `h${index}`,
  value: (index: number) => `v${index}`,
  /** What a variable is set to from outside of a step. */
  newValue: (index: number) => `x${index}`,
  set: (index: number) => `s${index}`,
  /** Is there once the step has written everything. */
  done: 'd',
  output: (index: number) => `o${index}`,
  recorded: (index: number) => `n${index}`,
} as const

/** What a step hands out, in the order of `nodeNames.output`. */
export function outputSources({ outputs, passes }: Recording): Source[] {
  return [...sourcesIn(outputs), ...passes.flatMap(({ logValues }) => Object.values(logValues))]
}

/** Shapes and types of what a step hands out. */
export function outputSpecs(spec: StepSpec): TensorSpec[] {
  return outputSources(spec.recording).map((source) => specOf(source, spec))
}

/** A step as a graph, and the factors that it takes beyond those of the plans. */
export interface StepGraph {
  readonly nodes: readonly GraphNode[]
  readonly derived: readonly DerivedFactor[]
  /** Nodes that may end a run; nothing is written before they have passed. */
  readonly checks: ReadonlySet<string>
  /** Those of them on which no other hangs. */
  readonly firstChecks: ReadonlySet<string>
}

/** A step as a graph whose variables stay in the session: one run reads them, computes, and writes them. */
export function stepGraph(spec: StepSpec): StepGraph {
  const { recording, batch, variables, numFactors } = spec
  const drawn = new Set(recording.drawn.map(({ index }) => index))
  const guards = spec.guardedPasses.flatMap((pass) => guardOf(pass, recording))
  const writes = [...recording.written].map(([index, source]) => {
    const waits = [nodeNames.value(index), ...guards.map(({ name }) => name)]
    return assign(`w${index}`, index, refOf(source), dtypeOf(variables[index]), waits)
  })
  const recorded = lowered(
    recording.nodes.map((node, index) =>
      drawn.has(index) && node.kind === 'const'
        ? placeholder(nodeNames.recorded(index), node)
        : graphNode(node, index),
    ),
    spec,
  )
  const updates = fuseUpdates(recorded, writes, updateNames, numFactors)
  const count = numFactors + updates.derived.length
  const written = updates.writes.map(({ name }) => name)
  const nodes = [
    ...batch.map((tensor, index) => placeholder(nodeNames.batch(index), tensor)),
    ...(count === 0 ? [] : factorNodes(count)),
    ...variables.flatMap(variableNodes),
    ...recorded,
    ...guards,
    ...updates.writes,
    ...outputSources(recording).map((source, index) =>
      identity(nodeNames.output(index), refOf(source), specOf(source, spec).dtype),
    ),
    constant('z', { shape: [], dtype: float32, values: new Float32Array(1) }),
    identity(nodeNames.done, 'z', float32, written),
  ]
  const roots = [
    ...batch.map((_, index) => nodeNames.batch(index)),
    ...[...drawn].map(nodeNames.recorded),
    ...variables.flatMap((_, index) => [nodeNames.value(index), nodeNames.set(index)]),
    ...outputSources(recording).map((_, index) => nodeNames.output(index)),
    ...(count === 0 ? [] : [nodeNames.factors]),
    nodeNames.done,
  ]
  const parted = withPartedProducts(neededNodes(nodes, roots), spec.sideBySide, shapesOf(spec))
  const { byValues, byShape } = fallibleNodes(parted)
  const firstChecks = new Set([...byValues, ...guards.map(({ name }) => name)])
  const checks = new Set([...firstChecks, ...byShape])
  return { nodes: writingAfter(checks, parted), derived: updates.derived, checks, firstChecks }
}

/** With operations of TensorFlow's own in the place of many small ones. */
function lowered(nodes: readonly GraphNode[], spec: StepSpec): GraphNode[] {
  const shapeOf = shapesOf(spec)
  return withBiases(withBatchNorms(withReluGradients(nodes, shapeOf), shapeOf), shapeOf)
}

/** Shapes of what comes from outside, and of what was recorded. */
function shapesOf({ recording, batch, variables }: StepSpec): ShapeOf {
  const named = (specs: readonly (TensorSpec | undefined)[], name: (index: number) => string) =>
    specs.map((spec, index) => [name(index), spec?.shape] as const)
  const recorded = recording.nodes.map((node) => (node.kind === 'op' ? node.outputs[0] : node))
  const shapes = new Map([
    ...named(batch, nodeNames.batch),
    ...named(variables, nodeNames.value),
    ...named(recorded, nodeNames.recorded),
  ])
  return (name) => shapes.get(name)
}

const updateNames: UpdateNames = {
  zero: 'z',
  factor: factorRef,
  handleOf: (ref = '') => (/^v\d+$/.test(ref) ? `h${ref.slice(1)}` : undefined),
  factorOf: (ref = '') => (/^u(:\d+)?$/.test(ref) ? Number(ref.slice(2)) : undefined),
}

function factorRef(index: number): string {
  return index === 0 ? 'u' : `u:${index}`
}

function refOf(source: Source): string {
  switch (source.from) {
    case 'node':
      return source.output === 0 ? `n${source.index}` : `n${source.index}:${source.output}`
    case 'batch':
      return nodeNames.batch(source.index)
    case 'variable':
      return nodeNames.value(source.index)
    case 'factor':
      return factorRef(source.index)
  }
}

function specOf(source: Source, { recording, batch, variables }: StepSpec): TensorSpec {
  const factor = { shape: [], dtype: float32 }
  switch (source.from) {
    case 'node': {
      const node = recording.nodes[source.index]
      return (node?.kind === 'op' ? node.outputs[source.output] : node) ?? factor
    }
    case 'batch':
      return batch[source.index] ?? factor
    case 'variable':
      return variables[source.index] ?? factor
    case 'factor':
      return factor
  }
}

function dtypeOf(spec: Pick<TensorSpec, 'dtype'> | undefined): number {
  return spec?.dtype ?? float32
}

export function variableNodes({ shape, dtype }: TensorSpec, index: number): GraphNode[] {
  const name = `h${index}`
  const handle = { dtype: { type: dtype }, shape: { shape }, shared_name: { s: name }, container: { s: '' } }
  return [
    { name, op: 'VarHandleOp', inputs: [], attrs: handle },
    { name: nodeNames.value(index), op: 'ReadVariableOp', inputs: [name], attrs: { dtype: { type: dtype } } },
    placeholder(nodeNames.newValue(index), { shape, dtype }),
    assign(`a${index}`, index, nodeNames.newValue(index), dtype),
    identity(nodeNames.set(index), 'z', float32, [`a${index}`]),
  ]
}

/** All factors come as one vector, since each tensor that is fed costs. */
function factorNodes(count: number): GraphNode[] {
  return [
    placeholder(nodeNames.factors, { shape: [count], dtype: float32 }),
    {
      name: 'u',
      op: 'Unpack',
      inputs: [nodeNames.factors],
      attrs: { T: { type: float32 }, num: { i: count }, axis: { i: 0 } },
    },
  ]
}

function guardOf(pass: number, { passes }: Recording): GraphNode[] {
  const recorded = passes[pass]
  if (recorded === undefined) return []
  const attrs = { T: { type: float32 }, message: { s: notFinite } }
  return [{ name: `g${pass}`, op: 'CheckNumerics', inputs: [refOf(recorded.loss)], attrs }]
}

export function assign(
  name: string,
  index: number,
  value: string,
  dtype: number,
  after: readonly string[] = [],
): GraphNode {
  const inputs = [`h${index}`, value, ...after.map(control)]
  return { name, op: 'AssignVariableOp', inputs, attrs: { dtype: { type: dtype } } }
}

export function identity(
  name: string,
  value: string,
  dtype: number,
  after: readonly string[] = [],
): GraphNode {
  return { name, op: 'Identity', inputs: [value, ...after.map(control)], attrs: { T: { type: dtype } } }
}

export function placeholder(name: string, { shape, dtype }: TensorSpec): GraphNode {
  return { name, op: 'Placeholder', inputs: [], attrs: { dtype: { type: dtype }, shape: { shape } } }
}

function constant(name: string, { shape, dtype, values }: Omit<RecordedConst, 'kind'>): GraphNode {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return {
    name,
    op: 'Const',
    inputs: [],
    attrs: { dtype: { type: dtype }, value: { tensor: { dtype, shape, bytes } } },
  }
}

function control(name: string): string {
  return `^${name}`
}

function graphNode(node: RecordedNode, index: number): GraphNode {
  const name = nodeNames.recorded(index)
  if (node.kind === 'const') return constant(name, node)
  const attrs = {
    ...inferredAttrs(node),
    ...Object.fromEntries(node.attrs.map((attr) => [attr.name, attrValue(attr)])),
  }
  return { name, op: node.op, inputs: node.inputs.map(refOf), attrs }
}

/** What TensorFlow counts by itself when it runs an operation, and wants to be told in a graph. */
function inferredAttrs({ op, inputs, outputs }: RecordedOp): Record<string, AttrValue> {
  switch (op) {
    case 'AddN':
    case 'Pack':
    case 'Stack':
      return { N: { i: inputs.length } }
    case 'ConcatV2':
      return { N: { i: inputs.length - 1 } }
    case 'Split':
    case 'SplitV':
      return { num_split: { i: outputs.length } }
    case 'Unpack':
      return { num: { i: outputs.length } }
    default:
      return {}
  }
}

/** By `TF_AttrType`. */
const valuesByType: Readonly<Record<number, (value: unknown) => AttrValue>> = {
  0: (value) => ({ s: String(value) }),
  1: (value) => (Array.isArray(value) ? { list: { i: value.map(Number) } } : { i: Number(value) }),
  2: (value) => (Array.isArray(value) ? { list: { f: value.map(Number) } } : { f: Number(value) }),
  3: (value) => (Array.isArray(value) ? { list: { b: value.map(Boolean) } } : { b: Boolean(value) }),
  4: (value) => ({ type: Number(value) }),
  5: (value) => ({ shape: Array.isArray(value) ? value.map(Number) : [] }),
}

function attrValue({ name, type, value }: NativeAttr): AttrValue {
  const convert = valuesByType[type]
  if (convert !== undefined) return convert(value)
  throw new Error(`the attribute ${name} has a type that graphs are not written with (${type})`)
}
