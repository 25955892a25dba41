import { registerHook } from '@hookloop/core'
import { EMAHook } from './ema-hook.js'
import { type EMAHookOptions, emaHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    EMAHook: EMAHookOptions
  }
}

registerHook('EMAHook', EMAHook, packageInfo, {
  options: emaHookSchema,
  defaults: {
    ...{ emaType: 'ExponentialMovingAverage', momentum: 0.0002, gamma: 100, interval: 1 },
    ...{ updateBuffers: false, beginIter: 0, beginEpoch: 0, strictLoad: false },
  },
})

export { type AveragedModel, AveragedWeights } from './averaged-weights.js'
export { type AveragingRule, averagingRule } from './averaging-rule.js'
export { EMAHook, type EMAHookOptions }
