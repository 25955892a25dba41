import type { GraphNode } from '../tensorflow/graph-def.js'

/** The nodes that are fed or fetched under the names `roots`, and what those need. The rest would only be loaded. */
export function neededNodes(nodes: readonly GraphNode[], roots: Iterable<string>): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const needed = new Set<string>()
  const open = [...roots]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (needed.has(name)) continue
    needed.add(name)
    open.push(...(byName.get(name)?.inputs.map(nodeOf) ?? []))
  }
  return nodes.filter(({ name }) => needed.has(name))
}

/** `^name` and `name:1` without what is not the name. */
function nodeOf(input: string): string {
  return input.replace(/^\^/, '').replace(/:\d+$/, '')
}
