import type { GraphNode } from '../tensorflow/graph-def.js'

/** Finds nodes by the names under which others take them as inputs. */
export class GraphView {
  readonly #byName: ReadonlyMap<string, GraphNode>

  constructor(readonly nodes: readonly GraphNode[]) {
    this.#byName = new Map(nodes.map((node) => [node.name, node]))
  }

  /** The inputs of the node whose only output `ref` is, where that is an operation `op`; undefined where it is another. */
  inputsOf(op: string, ref: string | undefined): readonly string[] | undefined {
    const node = this.#byName.get(ref ?? '')
    return node?.op === op ? node.inputs : undefined
  }

  /** The single value that a constant is filled with; undefined for what is no such constant. */
  fillOf(ref: string | undefined): number | undefined {
    const node = this.#byName.get(ref ?? '')
    const value = node?.op === 'Const' ? node.attrs.value : undefined
    if (value === undefined || !('tensor' in value) || value.tensor.dtype !== 1) return undefined
    const { bytes } = value.tensor
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    const [first] = values
    return values.every((other) => other === first) ? first : undefined
  }
}
