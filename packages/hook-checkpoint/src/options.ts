import {
  type Count,
  type Duration,
  type DurationUnit,
  durationForms,
  inferMetricRule,
  type MetricRule,
  metricRules,
  parseDurationText,
} from '@hookloop/core'
import * as v from 'valibot'
import { isTemplate } from './file-names.js'

/** What CheckpointHook saves, when, and under which names. */
export interface CheckpointHookOptions {
  /**
   * Save after every so many epochs or iterations, or so much time: 5, `'2ep'`, `'500it'`, `'10%'`, `'30min'`; -1 is never.
   * Default -1, in the default slot 1.
   */
  readonly interval?: Duration
  /** Numbers count epochs (true) or iterations (false). Default true; texts say it themselves. */
  readonly byEpoch?: boolean
  /** Regular checkpoints hold the optimizer, without which a run cannot be resumed exactly. Default true. */
  readonly saveOptimizer?: boolean
  /** Regular checkpoints hold the parameter schedulers. Default true. */
  readonly saveParamScheduler?: boolean
  /** Checkpoints go to `<outDir>/<name of the work dir>`. Default: the work dir itself. */
  readonly outDir?: string
  /** Keep so many of the newest regular checkpoints, best ones not counted; -1 keeps all. Default -1. */
  readonly maxKeepCkpts?: number
  /** Save also where training ends. Default true. */
  readonly saveLast?: boolean
  /**
   * Keep the checkpoint with the best value of this metric, or of each of these; `auto` is the first metric of
   * the first validation. Default: none.
   */
  readonly saveBest?: string | readonly string[]
  /** Whether a greater or a lesser value is better; one for all metrics, or one per metric. Default: by name. */
  readonly rule?: MetricRule | readonly MetricRule[]
  /** Names, and parts of names, of metrics of which a greater value is better; replaces the default list. */
  readonly greaterKeys?: string | readonly string[]
  /** Names, and parts of names, of metrics of which a lesser value is better; replaces the default list. */
  readonly lessKeys?: string | readonly string[]
  /** File name; `{}` is the number, `{:03d}` one with leading zeros. Default `epoch_{}.safetensors` or `iter_{}.safetensors`. */
  readonly filenameTmpl?: string
  /** Parts such as `stateDict` that copies for publishing keep; made after training. Default: no copies. */
  readonly publishedKeys?: string | readonly string[]
  /** Intervals are counted from this epoch or iteration, such as 5 or `'20%'`. Default 0. */
  readonly saveBegin?: Count
}

const flag = v.optional(v.boolean('must be true or false'))

const countMessage = (example: string) => `must be a whole number, such as ${example}`
const count = (example: string) => v.pipe(v.number(countMessage(example)), v.integer(countMessage(example)))

const text = (message: string) => v.pipe(v.string(message), v.nonEmpty(message))
const textOrList = (message: string) =>
  v.union([text(message), v.pipe(v.array(text(message)), v.minLength(1, message))], message)

const saveBestMessage = "must be the name of a metric, such as 'accuracy/top1', a list of names, or 'auto'"
const ruleMessage = "must be 'greater' or 'less', or a list with one of them per metric of saveBest"
const templateMessage =
  "must be a file name with one {} for the number that ends in .safetensors, such as 'epoch_{}.safetensors'"
const countUnits = ['ep', 'it', '%'] as const
const durationUnits = [...countUnits, 's'] as const
const intervalMessage = `must be a whole number, such as 1, or -1 for never, or a text such as ${durationForms(durationUnits)}`
const beginMessage = `must be a whole number from 0, such as 5, or a text such as ${durationForms(countUnits)}`

/** A number as the schema says, or a text of these units. */
const textOr = (
  number: v.GenericSchema<number>,
  units: readonly DurationUnit[],
  least: number,
  message: string,
) => {
  const isText = (value: unknown) => (parseDurationText(value, units)?.count ?? -1) >= least
  return v.union([number, v.custom<Duration>(isText, message)], message)
}
const whole = (message: string) => v.pipe(v.number(message), v.integer(message))

const options = v.strictObject({
  interval: v.optional(textOr(whole(intervalMessage), durationUnits, Number.MIN_VALUE, intervalMessage)),
  byEpoch: flag,
  saveOptimizer: flag,
  saveParamScheduler: flag,
  outDir: v.optional(text("must be a folder, such as 'checkpoints'")),
  maxKeepCkpts: v.optional(count('3, or -1 for all')),
  saveLast: flag,
  saveBest: v.optional(textOrList(saveBestMessage)),
  rule: v.optional(v.union([v.picklist(metricRules), v.array(v.picklist(metricRules))], ruleMessage)),
  greaterKeys: v.optional(textOrList("must be a list of names, such as ['acc']")),
  lessKeys: v.optional(textOrList("must be a list of names, such as ['loss']")),
  filenameTmpl: v.optional(v.pipe(v.string(templateMessage), v.check(isTemplate, templateMessage))),
  publishedKeys: v.optional(
    textOrList("must be a list of parts of a checkpoint, such as ['meta', 'stateDict']"),
  ),
  saveBegin: v.optional(
    textOr(v.pipe(whole(beginMessage), v.minValue(0, beginMessage)), countUnits, 0, beginMessage),
  ),
})

/** Checks {@link CheckpointHookOptions}. */
export const checkpointHookSchema = v.pipe(
  options,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { value } = dataset
    for (const { key, message } of [...unitIssues(value), ...bestIssues(value), ...publishIssues(value)]) {
      addIssue({ message, path: [{ type: 'object', origin: 'value', input: value, key, value: value[key] }] })
    }
  }),
)

interface OptionIssue {
  readonly key: 'byEpoch' | 'saveBest' | 'rule' | 'publishedKeys'
  readonly message: string
}

function unitIssues({ interval, byEpoch }: v.InferOutput<typeof options>): OptionIssue[] {
  if (typeof interval !== 'string' || byEpoch === undefined) return []
  return [{ key: 'byEpoch', message: `must be left out, since interval '${interval}' says what it counts` }]
}

function publishIssues({ publishedKeys = [] }: v.InferOutput<typeof options>): OptionIssue[] {
  const keys = listOf(publishedKeys)
  return new Set(keys).size < keys.length
    ? [{ key: 'publishedKeys', message: 'must name each part once' }]
    : []
}

/** Mistakes that lie in saveBest and rule together. */
function bestIssues(value: v.InferOutput<typeof options>): OptionIssue[] {
  const { saveBest, rule } = value
  if (saveBest === undefined) return []
  const metrics = listOf(saveBest)
  if (metrics.length > 1 && metrics.includes('auto'))
    return [{ key: 'saveBest', message: "must be 'auto' alone, or names of metrics only" }]
  if (new Set(metrics).size < metrics.length)
    return [{ key: 'saveBest', message: 'must name each metric once' }]
  if (rule === undefined) return metrics.flatMap((metric) => inferenceIssues(metric, value))
  if (typeof rule === 'string' || rule.length === 1 || rule.length === metrics.length) return []
  return [{ key: 'rule', message: `must be one rule, or one per metric, which are ${metrics.length}` }]
}

function inferenceIssues(metric: string, value: v.InferOutput<typeof options>): OptionIssue[] {
  if (metric === 'auto' || inferMetricRule(metric, listsOf(value)) !== undefined) return []
  return [
    {
      key: 'saveBest',
      message: `'${metric}' does not tell whether more or less is better; add rule: 'greater' or rule: 'less'`,
    },
  ]
}

/** The lists that rules are inferred from, where the options replace them. */
export function listsOf({
  greaterKeys,
  lessKeys,
}: {
  readonly greaterKeys?: string | readonly string[] | undefined
  readonly lessKeys?: string | readonly string[] | undefined
}): { readonly greaterKeys?: readonly string[]; readonly lessKeys?: readonly string[] } {
  return {
    ...(greaterKeys === undefined ? {} : { greaterKeys: listOf(greaterKeys) }),
    ...(lessKeys === undefined ? {} : { lessKeys: listOf(lessKeys) }),
  }
}

/** A value that may stand alone, as a list. */
export function listOf<Item extends string>(value: Item | readonly Item[]): readonly Item[] {
  return typeof value === 'string' ? [value] : value
}
