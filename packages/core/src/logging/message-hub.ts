import type { Tensor } from '@tensorflow/tfjs-core'
import { valueIfCheap } from '../engine/cheap-reads.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { StateTree, StateValue } from '../state/state-tree.js'
import { HistoryBuffer, stackedValues } from './history-buffer.js'

/** A scalar for the hub: a number, a tensor of one value, or one of them with the count it stands for. */
export type ScalarEntry = number | Tensor | { readonly value: number | Tensor; readonly count: number }

/** Most scalars that are left on the device while nobody reads any. */
const manyUnread = 1000

/** Where hooks and loops leave values for each other: scalars over time and facts about the run. */
export class MessageHub {
  readonly #scalars = new Map<string, HistoryBuffer>()
  readonly #info = new Map<string, unknown>()
  readonly #resumed = new Map<string, boolean>()
  /** Scalars that were kept as tensors since the last transfer. */
  #unread = 0
  /** Keys of the values that iterations added which may fail yet, one for each value. */
  #addedKeys: string[] = []
  #isIterationOpen = false
  /** Where those of the running iteration begin. */
  #iterationBegin = 0

  constructor(readonly name: string) {}

  /** Histories by key, such as `train/loss`, in the order in which keys first came. */
  get scalars(): ReadonlyMap<string, HistoryBuffer> {
    return this.#scalars
  }

  /** Facts by key, such as `epoch`. */
  get info(): ReadonlyMap<string, unknown> {
    return this.#info
  }

  /**
   * Adds a value to the history of `key`. A tensor stays the caller's. It is read when somebody asks, and all of them in one
   * transfer; right away where that is cheaper than to keep it, outside of an iteration that may fail yet.
   * @param resumed whether checkpoints keep this history; must not change for a key
   * @throws `HL_HUB_RESUMED` when it does change
   */
  updateScalar(key: string, value: number | Tensor, count = 1, resumed = true): void {
    this.#setResumed(key, resumed)
    let history = this.#scalars.get(key)
    if (history === undefined) {
      history = new HistoryBuffer()
      this.#scalars.set(key, history)
    }
    // Inside an iteration nothing is read: a step may be recorded, or wait to be computed.
    const taken = this.#isIterationOpen ? value : valueIfCheap(value)
    history.update(taken, count)
    if (this.#isIterationOpen) this.#addedKeys.push(key)
    if (typeof taken !== 'number') this.#unread += 1
  }

  updateScalars(entries: Readonly<Record<string, ScalarEntry>>, resumed = true): void {
    for (const [key, entry] of Object.entries(entries)) {
      if (typeof entry === 'object' && 'count' in entry)
        this.updateScalar(key, entry.value, entry.count, resumed)
      else this.updateScalar(key, entry, 1, resumed)
    }
  }

  /** @throws `HL_HUB_RESUMED` when `resumed` changes for a key */
  updateInfo(key: string, value: unknown, resumed = true): void {
    this.#setResumed(key, resumed)
    this.#info.set(key, value)
  }

  updateInfoDict(entries: Readonly<Record<string, unknown>>, resumed = true): void {
    for (const [key, value] of Object.entries(entries)) this.updateInfo(key, value, resumed)
  }

  /** Removes a fact and returns it. */
  popInfo(key: string, fallback?: unknown): unknown {
    const value = this.getInfo(key, fallback)
    this.#info.delete(key)
    return value
  }

  getInfo(key: string, fallback?: unknown): unknown {
    return this.#info.has(key) ? this.#info.get(key) : fallback
  }

  /** @throws `HL_HUB_KEY` when nothing was ever added under `key` */
  getScalar(key: string): HistoryBuffer {
    const history = this.#scalars.get(key)
    if (history === undefined) {
      throw new HookloopError(
        'HL_HUB_KEY',
        `the message hub has no scalar '${key}'; it has ${[...this.#scalars.keys()].join(', ') || 'none yet'}`,
      )
    }
    return history
  }

  /** Reads every value that is still on the device, in one transfer. */
  async settle(): Promise<void> {
    this.#unread = 0
    const unread = [...this.#scalars.values()].flatMap((history) => history.takeUnread() ?? [])
    if (unread.length === 0) return
    const stacked = stackedValues(unread.flatMap(({ scalars }) => scalars))
    const values = await stacked.data().finally(() => stacked.dispose())
    let offset = 0
    for (const { scalars, fill } of unread) {
      fill(values.subarray(offset, offset + scalars.length))
      offset += scalars.length
    }
  }

  /** For loops: a promise when so much waits on the device that it must be read though nobody asks. */
  settleWhenMany(): Promise<void> | undefined {
    return this.#unread < manyUnread ? undefined : this.settle()
  }

  /**
   * For loops: what is added from now on belongs to an iteration that may fail.
   * @param goesOn the iterations before it may fail yet, too
   * @returns what {@link undoIteration} goes back to
   */
  beginIteration(goesOn = false): number {
    if (!goesOn) this.#addedKeys.length = 0
    this.#isIterationOpen = true
    this.#iterationBegin = this.#addedKeys.length
    return this.#iterationBegin
  }

  /** For loops: the iteration counts, and those before it; their values stay. */
  commitIteration(): void {
    this.#isIterationOpen = false
  }

  /**
   * For loops: the iteration will be made again, and then its values come again.
   * @param begin goes back to the begin of an earlier one
   */
  undoIteration(begin = this.#iterationBegin): void {
    this.#isIterationOpen = false
    for (const key of this.#addedKeys.splice(begin)) {
      const history = this.#scalars.get(key)
      history?.removeLast()
      if (history?.length === 0) this.#scalars.delete(key)
    }
  }

  /** What checkpoints keep: histories as arrays, facts that JSON can hold. */
  stateDict(): StateTree {
    const isResumed = ([key]: readonly [string, unknown]) => this.#resumed.get(key) === true
    const histories = [...this.#scalars].filter(isResumed)
    const facts = [...this.#info].filter(isResumed)
    return {
      logScalars: Object.fromEntries(histories.map(([key, history]) => [key, history.stateDict()])),
      runtimeInfo: Object.fromEntries(
        facts.flatMap(([key, value]) => (isStorable(value) ? [[key, value]] : [])),
      ),
      resumedKeys: Object.fromEntries(this.#resumed),
    }
  }

  /** Merges a stored state into what is there. */
  loadStateDict(state: StateTree): void {
    for (const [key, resumed] of entriesOf(state.resumedKeys)) this.#resumed.set(key, resumed === true)
    for (const [key, history] of entriesOf(state.logScalars)) {
      this.#scalars.get(key)?.dispose()
      this.#scalars.set(key, restoredHistory(history))
    }
    for (const [key, value] of entriesOf(state.runtimeInfo)) this.#info.set(key, value)
  }

  /** Frees the values that nobody read. */
  dispose(): void {
    this.#unread = 0
    for (const history of this.#scalars.values()) history.dispose()
  }

  #setResumed(key: string, resumed: boolean): void {
    const before = this.#resumed.get(key)
    if (before === resumed) return
    if (before === undefined) {
      this.#resumed.set(key, resumed)
      return
    }
    throw new HookloopError(
      'HL_HUB_RESUMED',
      `'${key}' was first put into the message hub with resumed ${before}, now with ${resumed}; use one of them for a key`,
    )
  }
}

function entriesOf(value: StateValue): [string, StateValue][] {
  return isTree(value) ? Object.entries(value) : []
}

function isTree(value: StateValue): value is StateTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}

function restoredHistory(state: StateValue): HistoryBuffer {
  const tree = isTree(state) ? state : {}
  const { maxLength, values, counts } = tree
  return new HistoryBuffer(
    typeof maxLength === 'number' ? maxLength : undefined,
    values instanceof Float64Array ? values : [],
    counts instanceof Float64Array ? counts : [],
  )
}

// Facts may be anything while a run lives; a checkpoint keeps those that survive it unchanged.
function isStorable(value: unknown): value is StateValue {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true
  if (Array.isArray(value)) return value.every(isStorable)
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.values(value).every(isStorable)
}
