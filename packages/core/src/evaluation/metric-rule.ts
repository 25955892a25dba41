/** Which value of a metric is better. */
export const metricRules = ['greater', 'less'] as const

/** Whether a greater or a smaller value of a metric is better. */
export type MetricRule = (typeof metricRules)[number]

const defaultGreaterKeys = ['acc', 'top', 'AR@', 'auc', 'precision', 'mAP', 'mDice', 'mIoU', 'mAcc', 'aAcc']
const defaultLessKeys = ['loss']

/** Names, and parts of names, that tell the rule of a metric. */
export interface MetricRuleKeys {
  readonly greaterKeys?: readonly string[]
  readonly lessKeys?: readonly string[]
}

/**
 * The rule that the name of a metric tells, whatever its case: the whole name counts before a part of it,
 * greater before less. Undefined where the name tells nothing.
 */
export function inferMetricRule(metric: string, keys: MetricRuleKeys = {}): MetricRule | undefined {
  const name = metric.toLowerCase()
  const greater = (keys.greaterKeys ?? defaultGreaterKeys).map((key) => key.toLowerCase())
  const less = (keys.lessKeys ?? defaultLessKeys).map((key) => key.toLowerCase())
  if (greater.includes(name)) return 'greater'
  if (less.includes(name)) return 'less'
  if (greater.some((key) => name.includes(key))) return 'greater'
  if (less.some((key) => name.includes(key))) return 'less'
  return undefined
}

/** True when `score` beats `best` strictly; NaN never does, and any other number beats no best at all. */
export function isBetterMetric(rule: MetricRule, score: number, best: number | undefined): boolean {
  if (rule === 'greater') return score > (best ?? Number.NEGATIVE_INFINITY)
  return score < (best ?? Number.POSITIVE_INFINITY)
}
