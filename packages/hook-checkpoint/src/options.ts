import * as v from 'valibot'

/** Whether a greater or a smaller value of a metric is better. */
export type BestRule = 'greater' | 'less'

export interface CheckpointHookOptions {
  /** Saves every so many epochs or iterations; not above 0: never by interval. Default -1; 1 as default hook. */
  readonly interval?: number
  /** Counts epochs (true) or iterations. Default true. */
  readonly byEpoch?: boolean
  /** Default true. Without it a file cannot be resumed. */
  readonly saveOptimizer?: boolean
  /** Default true. */
  readonly saveParamScheduler?: boolean
  /** Files go to `<outDir>/<name of the work dir>`. Default: the work dir itself. */
  readonly outDir?: string
  /** Keeps so many regular files, the newest; not above 0: all. Best files are not counted. Default -1. */
  readonly maxKeepCkpts?: number
  /** Saves at the end of training too. Default true. */
  readonly saveLast?: boolean
  /** Metrics whose best checkpoint is kept, or `auto` for the first metric of the first validation. */
  readonly saveBest?: string | readonly string[]
  /** For all metrics of `saveBest`, or one for each. Default: told by their names. */
  readonly rule?: BestRule | readonly BestRule[]
  /** Names, or parts of them, of metrics of which more is better. */
  readonly greaterKeys?: readonly string[]
  /** Names, or parts of them, of metrics of which less is better. */
  readonly lessKeys?: readonly string[]
  /** File name with one `{}`. Default `epoch_{}.safetensors` or `iter_{}.safetensors`. */
  readonly filenameTmpl?: string
  /** Parts of the last and the best file that are written to a reduced copy after training. */
  readonly publishedKeys?: string | readonly string[]
  /** Intervals are counted from here. Default 0. */
  readonly saveBegin?: number
}

const whole = (example: number) => {
  const message = `must be a whole number, such as ${example}`
  return v.optional(v.pipe(v.number(message), v.integer(message)))
}
const flag = v.optional(v.boolean('must be true or false'))
const keysMessage = "must be a list of names, such as ['acc']"
const keys = v.optional(v.array(v.string(keysMessage), keysMessage))
const ruleMessage = "must be 'greater' or 'less', or a list of them"
const rule = v.picklist(['greater', 'less'], ruleMessage)
const bestMessage = "must be the name of a metric, a list of names, or 'auto'"
const beginMessage = 'must be a whole number from 0, such as 3'
const partsMessage = "must be the name of a part, such as 'state_dict', or a list of them"

export const checkpointHookSchema = v.pipe(
  v.strictObject({
    interval: whole(1),
    byEpoch: flag,
    saveOptimizer: flag,
    saveParamScheduler: flag,
    outDir: v.optional(v.string('must be the path of a folder')),
    maxKeepCkpts: whole(3),
    saveLast: flag,
    saveBest: v.optional(v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))], bestMessage)),
    rule: v.optional(v.union([rule, v.array(rule)], ruleMessage)),
    greaterKeys: keys,
    lessKeys: keys,
    filenameTmpl: v.optional(
      v.pipe(
        v.string('must be a file name with one {}'),
        v.check(
          (name) => name.split('{}').length === 2,
          "must be a file name with one {}, such as 'model-{}.safetensors'",
        ),
      ),
    ),
    publishedKeys: v.optional(v.union([v.string(), v.array(v.string())], partsMessage)),
    saveBegin: v.optional(
      v.pipe(v.number(beginMessage), v.integer(beginMessage), v.minValue(0, beginMessage)),
    ),
  }),
  v.check(
    ({ saveBest }) => !(Array.isArray(saveBest) && saveBest.includes('auto')),
    "saveBest: 'auto' stands alone, not in a list",
  ),
  v.check(
    ({ saveBest, rule }) =>
      !Array.isArray(rule) || rule.length === (Array.isArray(saveBest) ? saveBest.length : 1),
    'rule: give one rule for all metrics of saveBest, or as many as there are metrics',
  ),
)
