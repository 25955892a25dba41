import {
  type Duration,
  durationForms,
  inferMetricRule,
  type MetricRule,
  metricRules,
  parseDurationText,
} from '@hookloop/core'
import * as v from 'valibot'

/** Which metric is watched, and for how long it may fail to improve. */
export interface EarlyStoppingHookOptions {
  /** Name of the metric, such as `accuracy/top1`. */
  readonly monitor: string
  /** Whether a greater or a lesser value is better. Default: by the name of the metric. */
  readonly rule?: MetricRule
  /** How much better than the best a value must be to count as better, from 0. Default 0.1, as in MMEngine. */
  readonly minDelta?: number
  /** Whether a validation without the metric is an error instead of a warning. Default false. */
  readonly strict?: boolean
  /** Stops when the metric is NaN or infinite. Default true. */
  readonly checkFinite?: boolean
  /**
   * Stops after so many validations in a row without improvement; 0 is as strict as 1. A text is the training that may go by
   * since the best validation: `'10ep'`, `'2000it'`, `'10%'`, `'1h'`. Default 5.
   */
  readonly patience?: Duration
  /** Stops as soon as the metric is better than this. Default none. */
  readonly stoppingThreshold?: number
}

const monitorMessage = "must be the name of a metric, such as 'accuracy/top1'"
const deltaMessage = 'must be a number from 0, such as 0.001'
const patienceMessage = `must be a whole number from 0, such as 5, or a text such as ${durationForms()}`
const isText = (value: unknown) => (parseDurationText(value)?.count ?? 0) > 0
const flag = v.optional(v.boolean('must be true or false'))

export const earlyStoppingHookSchema = v.pipe(
  v.strictObject({
    monitor: v.pipe(v.string(monitorMessage), v.nonEmpty(monitorMessage)),
    rule: v.optional(v.picklist(metricRules, "must be 'greater' or 'less'")),
    minDelta: v.optional(v.pipe(v.number(deltaMessage), v.minValue(0, deltaMessage), v.finite(deltaMessage))),
    strict: flag,
    checkFinite: flag,
    patience: v.optional(
      v.union(
        [
          v.pipe(v.number(patienceMessage), v.integer(patienceMessage), v.minValue(0, patienceMessage)),
          v.custom<string>(isText, patienceMessage),
        ],
        patienceMessage,
      ),
    ),
    stoppingThreshold: v.optional(v.number('must be a number, such as 0.99')),
  }),
  v.forward(
    v.partialCheck(
      [['monitor'], ['rule']],
      ({ monitor, rule }) => rule !== undefined || inferMetricRule(monitor) !== undefined,
      "does not tell by its name whether more or less is better; add rule: 'greater' or rule: 'less'",
    ),
    ['monitor'],
  ),
)
