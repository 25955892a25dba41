import { cast, keep, reshape, stack, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import type { StateTree } from '../state/state-tree.js'

/** A statistic over the newest values: `values` and `counts` have the same length. */
export type Statistic = (values: Float64Array, counts: Float64Array) => number

const statistics = new Map<string, Statistic>()

/** Makes `name` usable as `methodName` of a custom log config. */
export function registerStatistic(name: string, statistic: Statistic): void {
  statistics.set(name, statistic)
}

/** Scalars that are still on the device, and how to hand their values in. */
export interface UnreadScalars {
  /** To be disposed by whoever took them. */
  readonly scalars: readonly Tensor[]
  /** Puts the values where they belong, whatever was added since. */
  fill(values: ArrayLike<number>): void
}

/**
 * The values of one scalar over time. Scalars that are still on the device may be added; they are read
 * when somebody asks, all at once.
 */
export class HistoryBuffer {
  #values: Float64Array
  #counts: Float64Array
  #start = 0
  #end = 0
  /** Values that have left the front of `#values` for good. */
  #dropped = 0
  #unread: Tensor[] = []
  /** Places of the unread scalars, counted from the first value ever. */
  #unreadPlaces: number[] = []

  /** @param maxLength older values are dropped beyond it; default 1,000,000 */
  constructor(
    readonly maxLength = 1_000_000,
    values: ArrayLike<number> = [],
    counts: ArrayLike<number> = [],
  ) {
    if (values.length !== counts.length) {
      throw new HookloopError(
        'HL_HISTORY_LENGTH',
        `a history of ${values.length} values has ${counts.length} counts; it needs as many counts as values`,
      )
    }
    this.#values = new Float64Array(Math.max(16, values.length))
    this.#counts = new Float64Array(Math.max(16, values.length))
    for (let i = 0; i < values.length; i++) this.update(values[i] ?? Number.NaN, counts[i])
  }

  /** Number of values held, those on the device included. */
  get length(): number {
    return this.#end - this.#start
  }

  /**
   * Adds a value.
   * @param value a number, or a tensor with one value; the tensor stays the caller's
   * @throws `HL_HISTORY_TYPE` for anything else
   */
  update(value: number | Tensor, count = 1): void {
    if (typeof count !== 'number' || (typeof value !== 'number' && value?.size !== 1)) {
      throw new HookloopError(
        'HL_HISTORY_TYPE',
        `a history takes numbers and tensors of one value with a numeric count, but got ` +
          `${describe(value)} with count ${describe(count)}`,
      )
    }
    if (typeof value === 'number') this.#append(value, count)
    else {
      this.#unread.push(keptScalar(value))
      this.#unreadPlaces.push(this.#dropped + this.#end)
      this.#append(Number.NaN, count)
    }
  }

  /** Takes the newest value back; does nothing where there is none. */
  removeLast(): void {
    if (this.length === 0) return
    if (this.#unreadPlaces.at(-1) === this.#dropped + this.#end - 1) {
      this.#unreadPlaces.pop()
      this.#unread.pop()?.dispose()
    }
    // The value that had to make room for it is still in its place.
    if (this.length === this.maxLength && this.#start > 0) this.#start -= 1
    this.#end -= 1
  }

  /** Sum of the values over the sum of the counts: values are not weighted by counts, as in MMEngine. */
  mean(window?: number | null): number {
    return this.statistic('mean', window)
  }

  min(window?: number | null): number {
    return this.statistic('min', window)
  }

  max(window?: number | null): number {
    return this.statistic('max', window)
  }

  /** @throws `HL_HISTORY_EMPTY` when nothing was added yet */
  current(): number {
    return this.statistic('current')
  }

  /**
   * A registered statistic over the newest `window` values; no window, 0 or one that is too large means all.
   * @throws `HL_HISTORY_WINDOW` for a window that is not a whole number from 0
   * @throws `HL_HISTORY_STATISTIC` for an unknown name
   */
  statistic(name: string, window?: number | null): number {
    const compute = statistics.get(name)
    if (compute === undefined) {
      throw new HookloopError(
        'HL_HISTORY_STATISTIC',
        `no statistic is called '${name}'; known are ${[...statistics.keys()].join(', ')}, add others with registerStatistic`,
      )
    }
    const from = this.#windowStart(window)
    return compute(this.#values.subarray(from, this.#end), this.#counts.subarray(from, this.#end))
  }

  /** Hands over the scalars that are still on the device, to be read in one transfer with others. */
  takeUnread(): UnreadScalars | undefined {
    if (this.#unread.length === 0) return undefined
    const places = this.#unreadPlaces
    const scalars = this.#unread
    this.#unread = []
    this.#unreadPlaces = []
    return {
      scalars,
      fill: (values) => {
        places.forEach((place, index) => {
          const at = place - this.#dropped
          if (at >= this.#start) this.#values[at] = values[index] ?? Number.NaN
        })
      },
    }
  }

  /** Copies of all values and counts. */
  data(): { values: Float64Array; counts: Float64Array } {
    this.#settle()
    return {
      values: this.#values.slice(this.#start, this.#end),
      counts: this.#counts.slice(this.#start, this.#end),
    }
  }

  stateDict(): StateTree {
    return { maxLength: this.maxLength, ...this.data() }
  }

  /** Frees the scalars that nobody read. */
  dispose(): void {
    for (const scalar of this.takeUnread()?.scalars ?? []) scalar.dispose()
  }

  #windowStart(window: number | null | undefined): number {
    this.#settle()
    if (window === undefined || window === null || window === 0) return this.#start
    if (!Number.isInteger(window) || window < 0) {
      throw new HookloopError(
        'HL_HISTORY_WINDOW',
        `the window of a history must be a whole number from 0, but got ${window}`,
      )
    }
    return Math.max(this.#start, this.#end - window)
  }

  #append(value: number, count: number): void {
    if (this.#end === this.#values.length) this.#makeRoom()
    this.#values[this.#end] = value
    this.#counts[this.#end] = count
    this.#end += 1
    if (this.length > this.maxLength) this.#start += 1
  }

  // Twice what is needed, so that moving costs nothing per value however long the run.
  #makeRoom(): void {
    const size = Math.max(16, 2 * this.length)
    const from = this.#start
    this.#values = moved(this.#values, from, this.#end, size)
    this.#counts = moved(this.#counts, from, this.#end, size)
    this.#end -= from
    this.#start = 0
    this.#dropped += from
  }

  #settle(): void {
    const unread = this.takeUnread()
    if (unread === undefined) return
    const values = stackedValues(unread.scalars)
    unread.fill(values.dataSync())
    values.dispose()
  }
}

/** One tensor `[n]` of `n` scalars, which are disposed. */
export function stackedValues(scalars: readonly Tensor[]): Tensor {
  const result = stack([...scalars])
  for (const scalar of scalars) scalar.dispose()
  return result
}

function keptScalar(value: Tensor): Tensor {
  if (value.rank === 0 && value.dtype === 'float32') return keep(value.clone())
  return keep(tidy(() => cast(reshape(value, []), 'float32')))
}

function moved(from: Float64Array, start: number, end: number, size: number): Float64Array {
  const result = new Float64Array(size)
  result.set(from.subarray(start, end))
  return result
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? value.constructor.name
    : `${typeof value} ${String(value)}`
}

function sum(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}

registerStatistic('mean', (values, counts) => sum(values) / sum(counts))
registerStatistic('min', (values) =>
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
)
registerStatistic('max', (values) =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
)
registerStatistic('current', (values) => {
  const last = values.at(-1)
  if (last === undefined) {
    throw new HookloopError(
      'HL_HISTORY_EMPTY',
      'the history has no value yet; update it before reading its current value',
    )
  }
  return last
})
