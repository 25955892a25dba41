import type { RecordedOp, Recording, Source } from './recording.js'
import { sourcesIn } from './template.js'
import { bytesOf, sharing } from './tensor-bytes.js'

/** A result of an operation, and of those that only look at it in another shape. */
interface Result {
  readonly bytes: number
  readonly madeAt: number
  lastUse: number
}

/**
 * The most bytes of results at once, where each is freed after its last use, in the order of the recording. What is
 * written into variables counts nothing: it takes the places of their values.
 */
export function graphBytes(recording: Recording): number {
  const results = new Results(recording)
  const ends = [
    ...sourcesIn(recording.outputs),
    ...recording.passes.flatMap(({ logValues }) => Object.values(logValues)),
  ]
  for (const source of ends) results.use(source, recording.nodes.length)
  return results.peak([...recording.written.values()])
}

class Results {
  readonly #byNode: (readonly (Result | undefined)[])[] = []
  readonly #all: Result[] = []

  constructor({ nodes }: Recording) {
    for (const [index, node] of nodes.entries()) {
      if (node.kind === 'const') {
        // The graph holds it as long as it lives.
        this.#byNode.push([this.#make(bytesOf(node), 0, nodes.length)])
        continue
      }
      for (const source of node.inputs) this.use(source, index)
      this.#byNode.push(this.#resultsOf(node, index))
    }
  }

  use(source: Source, at: number): void {
    const result = this.#at(source)
    if (result !== undefined) result.lastUse = Math.max(result.lastUse, at)
  }

  peak(replacing: readonly Source[]): number {
    const left = new Set(replacing.map((source) => this.#at(source)))
    const changes = new Map<number, number>()
    for (const result of this.#all) {
      if (left.has(result)) continue
      const { bytes, madeAt, lastUse } = result
      changes.set(madeAt, (changes.get(madeAt) ?? 0) + bytes)
      changes.set(lastUse + 1, (changes.get(lastUse + 1) ?? 0) - bytes)
    }
    let [now, most] = [0, 0]
    for (const [, change] of [...changes].sort(([one], [other]) => one - other)) {
      now += change
      most = Math.max(most, now)
    }
    return most
  }

  #resultsOf({ op, inputs, outputs }: RecordedOp, index: number): (Result | undefined)[] {
    const [input] = inputs
    if (sharing.has(op) && input !== undefined) return [this.#at(input)]
    return outputs.map((output) => this.#make(bytesOf(output), index, index))
  }

  #make(bytes: number, madeAt: number, lastUse: number): Result {
    const result = { bytes, madeAt, lastUse }
    this.#all.push(result)
    return result
  }

  #at(source: Source): Result | undefined {
    return source.from === 'node' ? this.#byNode[source.index]?.[source.output] : undefined
  }
}
