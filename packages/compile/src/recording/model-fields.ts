import type { Model } from '@hookloop/core'
import { Tensor, Variable } from '@tensorflow/tfjs-core'

/** The fields of a model that hold simple values or tensors, to see whether a step gives them others. */
export class ModelFields {
  readonly #before: ReadonlyMap<string, unknown>

  constructor(private readonly model: Model) {
    this.#before = fieldsOf(model)
  }

  /** What a step has done to them, in words that go on after "because"; undefined where nothing. */
  get change(): string | undefined {
    const now = fieldsOf(this.model)
    const keys = [...now.keys(), ...this.#before.keys()]
    const changed = keys.find((key) => !Object.is(now.get(key), this.#before.get(key)))
    if (changed === undefined) return undefined
    return `the step gives the model's field '${changed}' another value, which a graph does not; keep it in a variable (addBuffer, assign)`
  }
}

function fieldsOf(model: Model): Map<string, unknown> {
  return new Map(Object.entries(model).filter(([, value]) => isSimple(value) || isTensor(value)))
}

function isSimple(value: unknown): boolean {
  return ['number', 'string', 'boolean', 'bigint'].includes(typeof value)
}

/** A variable keeps its place; what it holds is in the graph. */
function isTensor(value: unknown): boolean {
  return value instanceof Tensor && !(value instanceof Variable)
}
