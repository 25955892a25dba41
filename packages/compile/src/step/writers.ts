import type { GraphNode } from '../tensorflow/graph-def.js'

/** The nodes of a step that write variables. */
export interface Writers {
  readonly names: ReadonlySet<string>
  /** Those of each variable, by the name of its handle. */
  readonly of: ReadonlyMap<string, readonly string[]>
}

export function writersOf(nodes: readonly GraphNode[]): Writers {
  const handles = new Set(nodes.filter(({ op }) => op === 'VarHandleOp').map(({ name }) => name))
  const [names, of] = [new Set<string>(), new Map<string, string[]>()]
  for (const { name, op, inputs } of nodes) {
    if (op === 'ReadVariableOp' || isOfSetting(name)) continue
    for (const handle of inputs.filter((input) => handles.has(input))) {
      names.add(name)
      of.set(handle, [...(of.get(handle) ?? []), name])
    }
  }
  return { names, of }
}

/** Nodes by which variables are set from outside of a step: the numbered ones of `nodeNames.newValue` and the like, and their parts. */
export function isOfSetting(name: string): boolean {
  return /^[xas]\d+(_\w+)?$/.test(name)
}

/** With writes that wait until `checks` have passed: a step that one of them ends has changed nothing. */
export function writingAfter(checks: ReadonlySet<string>, nodes: readonly GraphNode[]): readonly GraphNode[] {
  if (checks.size === 0) return nodes
  const { names } = writersOf(nodes)
  const waits = [...checks].flatMap((name) => (names.has(name) ? [] : [`^${name}`]))
  return nodes.map((node) => {
    if (!names.has(node.name)) return node
    const inputs = [...node.inputs, ...waits.filter((wait) => !node.inputs.includes(wait))]
    return { ...node, inputs }
  })
}
