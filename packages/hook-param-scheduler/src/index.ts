import { registerHook } from '@hookloop/core'
import { type ParamSchedulerHookOptions, paramSchedulerHookSchema } from './options.js'
import { packageInfo } from './package-info.js'
import { ParamSchedulerHook } from './param-scheduler-hook.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    ParamSchedulerHook: ParamSchedulerHookOptions
  }
  interface DefaultHookConfigs {
    paramScheduler: ParamSchedulerHookOptions
  }
}

registerHook('ParamSchedulerHook', ParamSchedulerHook, packageInfo, {
  slot: 'paramScheduler',
  options: paramSchedulerHookSchema,
})

export { ParamSchedulerHook, type ParamSchedulerHookOptions }
