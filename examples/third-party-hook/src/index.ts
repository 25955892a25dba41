import { registerHook } from '@hookloop/core'
import { GradientStatisticsHook } from './hook.js'
import { type GradientStatisticsHookOptions, gradientStatisticsHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

// Whoever imports this package gets the options of this hook completed and checked in configs.
declare module '@hookloop/core' {
  interface HookConfigs {
    GradientStatisticsHook: GradientStatisticsHookOptions
  }
}

registerHook('GradientStatisticsHook', GradientStatisticsHook, packageInfo, {
  options: gradientStatisticsHookSchema,
})

export { byLayer, type GradientStatistics, gradientStatistics, statistics } from './gradient-statistics.js'
export { GradientStatisticsHook, type GradientStatisticsHookOptions }
