import { registerHook } from '@hookloop/core'
import { type RuntimeInfoHookOptions, runtimeInfoHookSchema } from './options.js'
import { packageInfo } from './package-info.js'
import { RuntimeInfoHook } from './runtime-info-hook.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    RuntimeInfoHook: RuntimeInfoHookOptions
  }
  interface DefaultHookConfigs {
    runtimeInfo: RuntimeInfoHookOptions
  }
}

registerHook('RuntimeInfoHook', RuntimeInfoHook, packageInfo, {
  slot: 'runtimeInfo',
  options: runtimeInfoHookSchema,
})

export { RuntimeInfoHook, type RuntimeInfoHookOptions }
