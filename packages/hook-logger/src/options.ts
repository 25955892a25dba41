import { type Duration, durationForms, parseDurationText } from '@hookloop/core'
import * as v from 'valibot'

/** Options of {@link LoggerHook}. */
export interface LoggerHookOptions {
  /**
   * A line every so many batches of an epoch. A text counts the whole training: `'500it'`, `'0.1ep'`, `'1%'`, `'30s'`; lines of
   * validations and tests then come every so many batches where it counts iterations, else every 10. Default 10.
   */
  readonly interval?: Duration
  /** No line for what is left at the end of an epoch. Default true. */
  readonly ignoreLast?: boolean
  /** The experiment's name every so many iterations, or so much time, and at the end of each epoch. Default 1000. */
  readonly intervalExpName?: Duration
  /** A folder to which the log files are copied at the end. Default none. */
  readonly outDir?: string
  /** Which files are copied. Default `['.json', '.log', '.py', 'yaml']`. */
  readonly outSuffix?: string | readonly string[]
  /** Whether copied files stay in the log folder. Default true. */
  readonly keepLocal?: boolean
  /** Rows of validations count epochs (true) or iterations. Default true. */
  readonly logMetricByEpoch?: boolean
  /** A live line on a terminal: `auto` where there is one, outside of CI. Default `auto`. */
  readonly progress?: 'auto' | boolean
  /** Adds to the lines of training how long hooks take per iteration, and their share. Default false. */
  readonly showHookTime?: boolean
  /** A short summary at the end of training. Default true. */
  readonly summary?: boolean
}

const intervalMessage = `must be a whole number greater than 0, such as 10, or a text such as ${durationForms()}`
const isText = (value: unknown) => (parseDurationText(value)?.count ?? 0) > 0
const interval = v.optional(
  v.union(
    [
      v.pipe(v.number(intervalMessage), v.integer(intervalMessage), v.minValue(1, intervalMessage)),
      v.custom<string>(isText, intervalMessage),
    ],
    intervalMessage,
  ),
)
const flag = v.optional(v.boolean('must be true or false'))
const suffixMessage = "must be an ending such as '.log', or a list of them"

export const loggerHookSchema = v.strictObject({
  interval,
  ignoreLast: flag,
  intervalExpName: interval,
  outDir: v.optional(v.string('must be the path of a folder')),
  outSuffix: v.optional(v.union([v.string(), v.array(v.string())], suffixMessage)),
  keepLocal: flag,
  logMetricByEpoch: flag,
  progress: v.optional(v.union([v.literal('auto'), v.boolean()], "must be 'auto', true or false")),
  showHookTime: flag,
  summary: flag,
})
