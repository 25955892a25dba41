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
  readonly #readOnly: readonly number[]
  /** What fetches all that are held. */
  readonly #fetches: string

  /**
   * @param variables in the order of the graph
   * @param written which of them a run writes
   * @param settle computes the steps that wait, so that the session holds what it is said to hold
   * @param first the number in the graph of the first
   */
  constructor(
    private readonly native: NativeBackend,
    private readonly session: GraphSession,
    private readonly variables: readonly Variable[],
    private readonly written: readonly number[],
    private readonly settle: () => void,
    private readonly first = 0,
  ) {
    this.#known = variables.map(() => undefined)
    this.#fetches = written.map((index) => nodeNames.value(first + index)).join()
    this.#readOnly = [...variables.keys()].filter((index) => !written.includes(index))
  }

  /** Brings into the session what was set outside of it. Call before each run, also one that waits. */
  bringIn(): void {
    // All at first: fetching one fetches those, too, that are let go of below.
    for (const [index, held] of this.#held) if (this.#isWanted(index, held)) held.fetch()
    for (const [index, held] of this.#held) this.#prepare(index, held)
    const changed: number[] = []
    this.variables.forEach((variable, index) => {
      if (!isSame(this.#known[index], variable)) changed.push(index)
    })
    if (changed.length > 0) this.#set(changed)
  }

  /** True where nobody has set or kept a variable since {@link takeOver}: then all is as a run that waits has left it. */
  get isUntouched(): boolean {
    for (const [index, held] of this.#held)
      if (held.refCount !== 1 || held.isThere || !isSame(this.#known[index], this.variables[index]))
        return false
    return this.#readOnly.every((index) => isSame(this.#known[index], this.variables[index]))
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
    if ([...this.#held.values()].some(({ refCount, isThere }) => refCount > 0 && !isThere)) this.#fetch()
    this.#held.clear()
  }

  /**
   * Fetches all that are held and not fetched: who reads one of them mostly reads all, and TensorFlow prepares itself anew
   * for each list of names. Fetching copies nothing.
   */
  #fetch(): void {
    const { session, written, native } = this
    this.settle()
    session.run([], '', this.#fetches).forEach(({ id }, place) => {
      const held = this.#held.get(written[place] ?? -1)
      if (held?.isThere === false) held.put(id)
      else native.binding.deleteTensor(id)
    })
  }

  /** Whoever else holds the data keeps what it was. */
  #isWanted(index: number, held: HeldData): boolean {
    return held.refCount > (isSame(this.#known[index], this.variables[index]) ? 1 : 0)
  }

  /** The session's value is about to change. */
  #prepare(index: number, held: HeldData): void {
    if (!isSame(this.#known[index], this.variables[index])) this.#held.delete(index)
    else if (held.refCount <= 1) held.release()
  }

  #set(indices: readonly number[]): void {
    const { native, session } = this
    this.settle()
    const variables = indices.flatMap((index) => this.variables[index] ?? [])
    const ids = variables.map((variable) => idOf(native, variable))
    const numbers = indices.map((index) => this.first + index)
    const made = session.run(ids, numbers.map(nodeNames.newValue).join(), numbers.map(nodeNames.set).join())
    for (const { id } of made) native.binding.deleteTensor(id)
    indices.forEach((index, place) => {
      const dataId = variables[place]?.dataId
      if (dataId !== undefined) this.#note(index, dataId, native.tensorMap.get(dataId))
    })
  }

  #hold(index: number, variable: Variable): void {
    const { native } = this
    const { shape } = variable
    const { dtype } = native.tensorMap.get(variable.dataId)
    const held = new HeldData(native, shape, dtype, () => this.#fetch())
    const dataId = {}
    native.tensorMap.set(dataId, held)
    const tensor = engine().makeTensorFromTensorInfo({ dataId, shape, dtype: variable.dtype })
    variable.assign(tensor)
    tensor.dispose()
    held.begin()
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

/** Data that lie in a session change, and those that eager updates write in place. */
function versionOf(entry: DataEntry): number {
  return 'version' in entry && typeof entry.version === 'number' ? entry.version : 0
}

/** Data of a variable that lie in a session until somebody wants them. */
class HeldData implements DataEntry {
  readonly values = null
  refCount = 1
  /** Counts the values that it had. */
  version = 0
  /** -1 before {@link begin}: tfjs asks for it when the tensor that brings the data to the variable is freed. */
  #fetchedId: number | undefined = -1

  /** @param fetchAll puts what is held, if it is not there yet */
  constructor(
    private readonly native: NativeBackend,
    readonly shape: readonly number[],
    readonly dtype: NativeType,
    private readonly fetchAll: () => void,
  ) {}

  get id(): number {
    return this.fetch()
  }

  get isThere(): boolean {
    return this.#fetchedId !== undefined
  }

  fetch(): number {
    if (this.#fetchedId === undefined) this.fetchAll()
    return this.#fetchedId ?? -1
  }

  /** The session's value is that of the variable from now on. */
  begin(): void {
    this.#fetchedId = undefined
  }

  put(id: number): void {
    this.#fetchedId = id
  }

  release(): void {
    if (this.#fetchedId !== undefined) this.native.binding.deleteTensor(this.#fetchedId)
    this.#fetchedId = undefined
  }
}
