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

/**
 * The values of one scalar over time. Scalars that are still on the device may be added; they are read
 * when somebody asks, all at once.
 */
export class HistoryBuffer {
  #values: Float64Array
  #counts: Float64Array
  #start = 0
  #end = 0
  #pending: Tensor[] = []

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
    if (typeof value === 'number') {
      this.#settle()
      this.#append(value, count)
    } else {
      this.#pending.push(keptScalar(value))
      this.#append(Number.NaN, count)
    }
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
   * @throws `HL_HISTORY_WINDOW` for a window that is not an integer
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

  /** The values still on the device, handed over to be read in one transfer with others. */
  takePending(): Tensor[] {
    return this.#pending.splice(0)
  }

  /** Puts values that {@link HistoryBuffer.takePending} handed over where they belong. */
  fillPending(values: ArrayLike<number>): void {
    const first = this.#end - values.length
    for (let i = 0; i < values.length; i++) this.#values[first + i] = values[i] ?? Number.NaN
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

  dispose(): void {
    for (const tensor of this.takePending()) tensor.dispose()
  }

  #windowStart(window: number | null | undefined): number {
    this.#settle()
    if (window === undefined || window === null || window === 0) return this.#start
    if (!Number.isInteger(window)) {
      throw new HookloopError(
        'HL_HISTORY_WINDOW',
        `the window of a history must be an integer, but got ${window}`,
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
  }

  #settle(): void {
    if (this.#pending.length === 0) return
    const pending = this.takePending()
    const values = stackedValues(pending)
    this.fillPending(values.dataSync())
    values.dispose()
  }
}

/** One tensor `[n]` of `n` scalars, which are disposed. */
export function stackedValues(scalars: Tensor[]): Tensor {
  const result = stack(scalars)
  for (const scalar of scalars) scalar.dispose()
  return result
}

function keptScalar(value: Tensor): Tensor {
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
