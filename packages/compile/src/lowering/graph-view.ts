import type { AttrValue, GraphNode } from '../tensorflow/graph-def.js'

/** The shape of what a node's first output is, where it is known. */
export type ShapeOf = (name: string) => readonly number[] | undefined

/** Finds nodes by the names under which others take them as inputs. */
export class GraphView {
  readonly #byName: ReadonlyMap<string, GraphNode>

  constructor(
    readonly nodes: readonly GraphNode[],
    readonly shapeOf: ShapeOf = () => undefined,
  ) {
    this.#byName = new Map(nodes.map((node) => [node.name, node]))
  }

  /** The node whose first output `ref` is. */
  node(ref: string | undefined): GraphNode | undefined {
    return this.#byName.get(ref ?? '')
  }

  /** The inputs of the node whose first output `ref` is, where that is an operation `op`; undefined where it is another. */
  inputsOf(op: string, ref: string | undefined): readonly string[] | undefined {
    const node = this.node(ref)
    return node?.op === op ? node.inputs : undefined
  }

  /** The single value that a constant is filled with; undefined for what is no such constant. */
  fillOf(ref: string | undefined): number | undefined {
    const bytes = this.#constant(ref, 1)
    if (bytes === undefined) return undefined
    const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    const [first] = values
    return values.every((other) => other === first) ? first : undefined
  }

  /** The values of a constant of int32; undefined for what is no such constant. */
  integersOf(ref: string | undefined): Int32Array | undefined {
    const bytes = this.#constant(ref, 3)
    if (bytes === undefined) return undefined
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
  }

  /** Where the same values come from, seen through casts to the same type and new shapes that only add or take leading ones. */
  origin(ref: string): string {
    let at = ref
    for (let node = this.node(at); node !== undefined; node = this.node(at)) {
      const [input] = node.inputs
      if (input === undefined || !this.#isSameValue(node, input)) break
      at = input
    }
    return at
  }

  #isSameValue({ name, op, attrs }: GraphNode, input: string): boolean {
    if (op === 'Cast') return typeIn(attrs.SrcT) !== undefined && typeIn(attrs.SrcT) === typeIn(attrs.DstT)
    if (op !== 'Reshape') return false
    const [from, to] = [this.shapeOf(input), this.shapeOf(name)]
    return from !== undefined && to !== undefined && withoutLeadingOnes(from) === withoutLeadingOnes(to)
  }

  #constant(ref: string | undefined, dtype: number): Uint8Array | undefined {
    const value = this.inputsOf('Const', ref) === undefined ? undefined : this.node(ref)?.attrs.value
    return value !== undefined && 'tensor' in value && value.tensor.dtype === dtype
      ? value.tensor.bytes
      : undefined
  }
}

function typeIn(attr: AttrValue | undefined): number | undefined {
  return attr !== undefined && 'type' in attr ? attr.type : undefined
}

function withoutLeadingOnes(shape: readonly number[]): string {
  const begin = shape.findIndex((size) => size !== 1)
  return begin === -1 ? '' : shape.slice(begin).join()
}
