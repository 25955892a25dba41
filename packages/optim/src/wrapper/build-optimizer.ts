import {
  HookloopError,
  type ModelParameters,
  type NamedParameter,
  type Optimizer,
  optimizerRegistry,
} from '@hookloop/core'
import { Optimizer as TfjsOptimizer } from '@tensorflow/tfjs-core'
import { type BaseSettings, paramwiseGroups } from '../paramwise/paramwise-groups.js'
import { TfOptimizer } from '../tf/tf-optimizer.js'
import { isOptimizer, type OptimWrapperOptions } from './options.js'

/**
 * The optimizer of the options, over the parameters of the model.
 * @throws `HL_UNKNOWN_TYPE`, `HL_CONFIG`, `HL_OPTIM_PARAMWISE`, and what optimizers throw
 */
export function buildOptimizer(
  model: ModelParameters,
  { optimizer, paramwiseCfg = {} }: Pick<OptimWrapperOptions, 'optimizer' | 'paramwiseCfg'>,
): Optimizer {
  const hasRules = Object.keys(paramwiseCfg).length > 0
  if (isOptimizer(optimizer)) return hasRules ? refuse(optimizer) : optimizer
  if (optimizer instanceof TfjsOptimizer) {
    return hasRules ? refuse(optimizer) : new TfOptimizer(distinctParameters(model), optimizer)
  }
  const params = hasRules
    ? paramwiseGroups(model, baseOf(optimizer), paramwiseCfg)
    : distinctParameters(model)
  return optimizerRegistry.build(optimizer, params)
}

/** All parameters, each variable under its first name only. */
function distinctParameters(model: ModelParameters): NamedParameter[] {
  const seen = new Set<number>()
  return Object.entries(model.parameters())
    .filter(([, { id }]) => !seen.has(id) && seen.add(id))
    .map(([name, variable]) => ({ name, variable }))
}

function baseOf(config: object): BaseSettings {
  return {
    lr: 'lr' in config && typeof config.lr === 'number' ? config.lr : undefined,
    weightDecay:
      'weightDecay' in config && typeof config.weightDecay === 'number' ? config.weightDecay : undefined,
  }
}

function refuse(optimizer: object): never {
  throw new HookloopError(
    'HL_OPTIM_PARAMWISE',
    `paramwiseCfg makes the groups of an optimizer, but optimizer is a ${optimizer.constructor.name} that is made already; ` +
      "give a config such as { type: 'Adam', lr: 0.001 }",
  )
}
