import { registerHook } from '@hookloop/core'
import { LoggerHook } from './logger-hook.js'
import { type LoggerHookOptions, loggerHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    LoggerHook: LoggerHookOptions
  }
  interface DefaultHookConfigs {
    logger: LoggerHookOptions
  }
}

registerHook('LoggerHook', LoggerHook, packageInfo, {
  slot: 'logger',
  options: loggerHookSchema,
  defaults: {
    ...{ interval: 10, ignoreLast: true, intervalExpName: 1000, logMetricByEpoch: true },
    ...{ progress: 'auto', showHookTime: false, summary: true },
  },
})

export { LoggerHook, type LoggerHookOptions }
