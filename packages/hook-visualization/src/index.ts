import { registerHook } from '@hookloop/core'
import { NaiveVisualizationHook } from './naive-visualization-hook.js'
import { type NaiveVisualizationHookOptions, naiveVisualizationHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    NaiveVisualizationHook: NaiveVisualizationHookOptions
  }
}

registerHook('NaiveVisualizationHook', NaiveVisualizationHook, packageInfo, {
  options: naiveVisualizationHookSchema,
})

export { NaiveVisualizationHook, type NaiveVisualizationHookOptions }
