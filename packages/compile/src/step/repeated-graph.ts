import type { TensorSpec } from '../recording/recording.js'
import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'
import { nodeNames, notFinite } from './step-graph.js'
import { isOfSetting, type Writers, writersOf } from './writers.js'

/**
 * A graph of several steps, one after the other, from the graph of one: each reads the variables once the one before has
 * written them. A run that fetches what the first steps make computes only those.
 * @param outputs what a step hands out
 * @param checks the first nodes that may end a run; the steps before theirs are whole then
 */
export function repeatedGraph(
  nodes: readonly GraphNode[],
  numSteps: number,
  outputs: readonly TensorSpec[],
  checks: ReadonlySet<string>,
): readonly GraphNode[] {
  if (numSteps === 1) return nodes
  const writers = writersOf(nodes)
  const shared = new Set(nodes.filter((node) => isShared(node, writers)).map(({ name }) => name))
  const graph = nodes.flatMap((node) => {
    if (node.name === nodeNames.factors) return factorsOfAll(node, numSteps)
    return shared.has(node.name) ? node : []
  })
  const isCheck = (name: string) => checks.has(name)
  for (let step = 0; step < numSteps; step++) {
    for (const node of nodes)
      if (!shared.has(node.name)) graph.push(nodeOfStep(node, step, shared, writers, isCheck))
    if (checks.size > 0) graph.push(...outputs.flatMap((output, index) => keptOutput(output, index, step)))
  }
  return checks.size > 0 ? graph.map((node) => afterKeeping(node, outputs.length)) : graph
}

/** The name of what a step has handed out in the last run, which is there also where a later step has failed. */
export function keptOutputName(step: number, index: number): string {
  return nameIn(step, `kr${index}`)
}

/** What a node is called in a step. */
export function nameIn(step: number, name: string): string {
  return step === 0 ? name : `${name}.${step}`
}

/**
 * In which of its steps a check has ended a run: that one and those after it have changed nothing. Undefined for an error of
 * another kind, such as one of memory.
 */
export function failedStep(error: unknown, checks: ReadonlySet<string>): number | undefined {
  const message = error instanceof Error ? error.message : ''
  const at = message.indexOf(notFinite)
  if (at !== -1) return Number(/^ in step (\d+)/.exec(message.slice(at + notFinite.length))?.[1] ?? 0)
  const [, name = '', step = 0] = /\{\{node ([^}.]+)(?:\.(\d+))?\}\}/.exec(message) ?? []
  return checks.has(name) ? Number(step) : undefined
}

/** What is there once for all steps: constants, handles, variables that no step writes, and what sets them from outside. */
function isShared({ name, op, inputs: [handle = ''] }: GraphNode, writers: Writers): boolean {
  if (op === 'ReadVariableOp') return !writers.of.has(handle)
  return op === 'Const' || op === 'VarHandleOp' || isOfSetting(name) || name === nodeNames.factors
}

function nodeOfStep(
  node: GraphNode,
  step: number,
  shared: ReadonlySet<string>,
  writers: Writers,
  isCheck: (name: string) => boolean,
): GraphNode {
  const inputs = node.inputs.map((ref) => refInStep(ref, step, shared))
  const waits = step === 0 ? [] : waitsOf(node, writers, isCheck).map((name) => `^${nameIn(step - 1, name)}`)
  const attrs = node.op === 'CheckNumerics' ? { ...node.attrs, ...messageOf(node, step) } : node.attrs
  return { ...node, name: nameIn(step, node.name), inputs: [...inputs, ...waits], attrs }
}

function refInStep(ref: string, step: number, shared: ReadonlySet<string>): string {
  if (ref === nodeNames.factors) return step === 0 ? factorSlices : `${factorSlices}:${step}`
  const [, control = '', name = '', output = ''] = /^(\^?)([^:]*)(.*)$/.exec(ref) ?? []
  return shared.has(name) ? ref : `${control}${nameIn(step, name)}${output}`
}

/** What of the step before must have run. */
function waitsOf(
  { name, op, inputs: [handle = ''] }: GraphNode,
  writers: Writers,
  isCheck: (name: string) => boolean,
): readonly string[] {
  if (op === 'ReadVariableOp') return writers.of.get(handle) ?? []
  // An update that reads its variables by itself.
  if (writers.names.has(name)) return [name]
  // A step that fails, or whose loss is not finite, must find those before it whole.
  return isCheck(name) || name === nodeNames.done ? [nodeNames.done] : []
}

/** Keeps an output in a variable of its own: a run that fails hands nothing out. */
function keptOutput({ shape, dtype }: TensorSpec, index: number, step: number): GraphNode[] {
  const handle = nameIn(step, `kh${index}`)
  const type = { dtype: { type: dtype } }
  const attrs = { ...type, shape: { shape }, shared_name: { s: handle }, container: { s: '' } }
  const value = nameIn(step, nodeNames.output(index))
  return [
    { name: handle, op: 'VarHandleOp', inputs: [], attrs },
    { name: nameIn(step, `ka${index}`), op: 'AssignVariableOp', inputs: [handle, value], attrs: type },
    { name: keptOutputName(step, index), op: 'ReadVariableOp', inputs: [handle], attrs: type },
  ]
}

/** A step is done when its outputs are kept, too. */
function afterKeeping(node: GraphNode, numOutputs: number): GraphNode {
  const [, step] = /^d(?:\.(\d+))?$/.exec(node.name) ?? []
  if (node.name !== nodeNames.done && step === undefined) return node
  const kept = Array.from({ length: numOutputs }, (_, index) => `^${nameIn(Number(step ?? 0), `ka${index}`)}`)
  return { ...node, inputs: [...node.inputs, ...kept] }
}

function messageOf({ attrs: { message } }: GraphNode, step: number): Record<string, AttrValue> {
  return message !== undefined && 's' in message ? { message: { s: `${message.s} in step ${step}` } } : {}
}

const factorSlices = 'q'

/** The factors of all steps come as one vector, since each tensor that is fed costs. */
function factorsOfAll(placeholder: GraphNode, numSteps: number): GraphNode[] {
  const { shape, dtype = { type: 1 } } = placeholder.attrs
  const numFactors = shape !== undefined && 'shape' in shape ? (shape.shape[0] ?? 0) : 0
  const int32 = 3
  const axis = { tensor: { dtype: int32, shape: [], bytes: new Uint8Array(4) } }
  return [
    { ...placeholder, attrs: { dtype, shape: { shape: [numSteps * numFactors] } } },
    { name: 'qa', op: 'Const', inputs: [], attrs: { dtype: { type: int32 }, value: axis } },
    {
      name: factorSlices,
      op: 'Split',
      inputs: ['qa', nodeNames.factors],
      attrs: { T: dtype, num_split: { i: numSteps } },
    },
  ]
}
