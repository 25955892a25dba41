import { type Count, type CountText, HookloopError, inIters, type SchedulerContext } from '@hookloop/core'
import type { ScheduleOptions } from './schedule-options.js'

/** The end of a scheduler that acts for ever. */
export const unlimited = 1e9

/** When a scheduler acts: at the steps from `begin` to before `end`. */
export interface Window {
  readonly begin: number
  readonly end: number
  readonly byEpoch: boolean
}

/** Options whose unit is epochs, multiplied where a scheduler is converted to iterations. */
export interface ConvertedOptions<Options> {
  readonly options: Options
  readonly window: Window
}

/**
 * The window of a scheduler, and its options in the unit in which it steps.
 * @param inEpochs names of further options that count epochs
 * @throws `HL_SCHEDULER_WINDOW`, `HL_SCHEDULER_CONVERT`
 */
export function convertOptions<Options extends ScheduleOptions>(
  name: string,
  options: Options,
  context: SchedulerContext,
  inEpochs: readonly (keyof Options)[],
): ConvertedOptions<Options> {
  const { begin = 0, byEpoch = true, convertToIterBased = false } = options
  const end = options.end ?? (byEpoch ? context.maxEpochs : context.maxIters) ?? unlimited
  if (!convertToIterBased) {
    const place = (at: Count) => (typeof at === 'number' ? at : stepAt(name, at, byEpoch, context))
    return { options, window: checked(name, { begin: place(begin), end: place(end), byEpoch }) }
  }
  const length = context.epochLength
  if (!byEpoch || length === undefined || length <= 0) throw cannotConvert(name, byEpoch)
  const scaled = { ...options }
  for (const key of inEpochs) Object.assign(scaled, { [key]: timesLength(options[key], length) })
  const place = (at: Count) =>
    typeof at === 'number' ? Math.trunc(at * length) : stepAt(name, at, false, context)
  const window = { begin: place(begin), end: end === unlimited ? end : place(end), byEpoch: false }
  return { options: scaled, window: checked(name, window) }
}

/** The epoch or iteration that a text names. */
function stepAt(name: string, text: CountText, byEpoch: boolean, context: SchedulerContext): number {
  const { epochLength = Number.NaN, maxIters = Number.NaN } = context
  const iters = inIters(text, 'it', { epochLength, maxIters })
  const step = byEpoch ? iters / epochLength : iters
  if (Number.isInteger(step)) return step
  throw new HookloopError(
    'HL_SCHEDULER_WINDOW',
    Number.isNaN(step)
      ? `${name}: where '${text}' lies is not known; train through a Runner, or pass epochLength and maxIters in the context`
      : `${name}: '${text}' lies within an epoch, which has ${epochLength} iterations, but it steps with epochs; ` +
          'set byEpoch: false, or convertToIterBased: true',
  )
}

function timesLength(value: unknown, length: number): unknown {
  if (Array.isArray(value)) return value.map((item) => Number(item) * length)
  return typeof value === 'number' ? value * length : value
}

function checked(name: string, window: Window): Window {
  const { begin, end } = window
  if (end > begin) return window
  throw new HookloopError(
    'HL_SCHEDULER_WINDOW',
    `${name}: end must be larger than begin, but got begin=${begin}, end=${end}`,
  )
}

function cannotConvert(name: string, byEpoch: boolean): HookloopError {
  return new HookloopError(
    'HL_SCHEDULER_CONVERT',
    `${name}: convertToIterBased is for schedulers by epoch of which the epochLength is known, but ` +
      `${byEpoch ? 'the epochLength is not known; train through a Runner, or pass it in the context' : 'byEpoch is false; leave convertToIterBased out'}`,
  )
}
