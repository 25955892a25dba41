import { type DataId, engine, type Variable } from '@tensorflow/tfjs-core'
import type { GraphSession } from '../tensorflow/graph-session.js'
import { type DataEntry, idOf, type NativeBackend, type NativeType } from '../tensorflow/native-backend.js'
import { nodeNames } from './step-graph.js'

/**
 * Lets variables of tfjs and those inside a session hold the same values. After a run a variable's data are a promise to
 * fetch them from the session when somebody reads; before a run those that somebody has set are brought in.
 */
export class SessionVariables {
  /** What the session holds of each variable. */
  readonly #known: (KnownData | undefined)[]
  readonly #held = new Map<number, HeldData>()

  /**
   * @param variables in the order of the graph
   * @param written which of them a run writes
   * @param settle computes the steps that wait, so that the session holds what it is said to hold
   */
  constructor(
    private readonly native: NativeBackend,
    private readonly session: GraphSession,
    private readonly variables: readonly Variable[],
    private readonly written: readonly number[],
    private readonly settle: () => void,
  ) {
    this.#known = variables.map(() => undefined)
  }

  /** Brings into the session what was set outside of it. Call before each run, also one that waits. */
  bringIn(): void {
    for (const [index, held] of this.#held) this.#prepare(index, held)
    const changed: number[] = []
    this.variables.forEach((variable, index) => {
      if (!isSame(this.#known[index], variable)) changed.push(index)
    })
    if (changed.length > 0) this.#set(changed)
  }

  /** Call after each run; for one that waits, when it begins to wait. */
  takeOver(): void {
    for (const index of this.written) {
      const variable = this.variables[index]
      const held = this.#held.get(index)
      if (held?.refCount === 1 && isSame(this.#known[index], variable)) this.#renew(index, held)
      else if (variable !== undefined) this.#hold(index, variable)
    }
  }

  /** Fetches what the session still holds. */
  dispose(): void {
    for (const held of this.#held.values()) if (held.refCount > 0) held.fetch()
    this.#held.clear()
  }

  /** The session's value is about to change: whoever else holds the data keeps what it was. */
  #prepare(index: number, held: HeldData): void {
    const isCurrent = isSame(this.#known[index], this.variables[index])
    if (held.refCount > (isCurrent ? 1 : 0)) held.fetch()
    else if (isCurrent) held.release()
    if (!isCurrent) this.#held.delete(index)
  }

  #set(indices: readonly number[]): void {
    const { native, session } = this
    this.settle()
    const variables = indices.flatMap((index) => this.variables[index] ?? [])
    const ids = variables.map((variable) => idOf(native, variable))
    const made = session.run(ids, indices.map(nodeNames.newValue).join(), indices.map(nodeNames.set).join())
    for (const { id } of made) native.binding.deleteTensor(id)
    indices.forEach((index, place) => {
      const dataId = variables[place]?.dataId
      if (dataId !== undefined) this.#note(index, dataId, native.tensorMap.get(dataId))
    })
  }

  #hold(index: number, variable: Variable): void {
    const { native, session } = this
    const { shape } = variable
    const { dtype } = native.tensorMap.get(variable.dataId)
    const held = new HeldData(native, session, index, shape, dtype, this.settle)
    const dataId = {}
    native.tensorMap.set(dataId, held)
    const tensor = engine().makeTensorFromTensorInfo({ dataId, shape, dtype: variable.dtype })
    variable.assign(tensor)
    tensor.dispose()
    this.#held.set(index, held)
    this.#note(index, dataId, held)
  }

  /** The data stay the same object, which tells other sessions by its version that the values are new. */
  #renew(index: number, held: HeldData): void {
    held.version += 1
    const known = this.#known[index]
    if (known !== undefined) known.version = held.version
  }

  #note(index: number, dataId: DataId, entry: DataEntry): void {
    this.#known[index] = { dataId, entry, version: versionOf(entry) }
  }
}

interface KnownData {
  readonly dataId: DataId
  readonly entry: DataEntry
  version: number
}

function isSame(known: KnownData | undefined, variable: Variable | undefined): boolean {
  return known !== undefined && known.dataId === variable?.dataId && known.version === versionOf(known.entry)
}

/** Only data that lie in a session change. */
function versionOf(entry: DataEntry): number {
  return entry instanceof HeldData ? entry.version : 0
}

/** Data of a variable that lie in a session until somebody wants them. */
class HeldData implements DataEntry {
  readonly values = null
  refCount = 1
  /** Counts the values that it had. */
  version = 0
  #fetchedId: number | undefined

  constructor(
    private readonly native: NativeBackend,
    private readonly session: GraphSession,
    private readonly index: number,
    readonly shape: readonly number[],
    readonly dtype: NativeType,
    private readonly settle: () => void,
  ) {}

  get id(): number {
    return this.fetch()
  }

  fetch(): number {
    if (this.#fetchedId === undefined) this.settle()
    this.#fetchedId ??= this.session.run([], '', nodeNames.value(this.index))[0]?.id ?? -1
    return this.#fetchedId
  }

  release(): void {
    if (this.#fetchedId !== undefined) this.native.binding.deleteTensor(this.#fetchedId)
    this.#fetchedId = undefined
  }
}
