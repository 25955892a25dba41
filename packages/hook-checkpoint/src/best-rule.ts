import { HookloopError } from '@hookloop/core'
import type { BestRule, CheckpointHookOptions } from './options.js'

const defaultGreaterKeys = ['acc', 'top', 'AR@', 'auc', 'precision', 'mAP', 'mDice', 'mIoU', 'mAcc', 'aAcc']
const defaultLessKeys = ['loss']

/**
 * Whether more or less of a metric is better, as its name says: a name that is listed counts before one that
 * contains a listed one, greater before less.
 * @throws `HL_CHECKPOINT_RULE` when the name says nothing
 */
export function inferRule(
  metric: string,
  options: Pick<CheckpointHookOptions, 'greaterKeys' | 'lessKeys'>,
): BestRule {
  const name = metric.toLowerCase()
  const greater = (options.greaterKeys ?? defaultGreaterKeys).map((key) => key.toLowerCase())
  const less = (options.lessKeys ?? defaultLessKeys).map((key) => key.toLowerCase())
  if (greater.includes(name)) return 'greater'
  if (less.includes(name)) return 'less'
  if (greater.some((key) => name.includes(key))) return 'greater'
  if (less.some((key) => name.includes(key))) return 'less'
  throw new HookloopError(
    'HL_CHECKPOINT_RULE',
    `the name of the metric '${metric}' does not say whether more or less of it is better; set the option rule of CheckpointHook to 'greater' or 'less'`,
  )
}

/** Strictly better; nothing is better than NaN but a number. */
export function isBetter(rule: BestRule, score: number, best: number | undefined): boolean {
  if (Number.isNaN(score)) return false
  if (best === undefined || Number.isNaN(best)) return true
  return rule === 'greater' ? score > best : score < best
}
