import type { Optimizer, ParamGroup } from '@hookloop/core'
import { ownSettings } from '../optimizers/param-groups.js'

/**
 * A group without parameters that schedulers drive beside the real ones, so that the learning rate of the
 * config itself can be logged as `base_lr`. Only where there are several groups.
 */
export function pseudoGroupOf(optimizer: Optimizer): ParamGroup | undefined {
  const [first] = optimizer.paramGroups
  if (first === undefined || optimizer.paramGroups.length < 2) return undefined
  // An optimizer of others need not tell its defaults; its first group is the next best.
  return { ...ownSettings(first), ...ownSettings(defaultsOf(optimizer)), params: [] }
}

function defaultsOf(optimizer: Optimizer): object {
  return 'defaults' in optimizer && typeof optimizer.defaults === 'object' ? (optimizer.defaults ?? {}) : {}
}
