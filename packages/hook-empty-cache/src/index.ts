import { registerHook } from '@hookloop/core'
import { EmptyCacheHook } from './empty-cache-hook.js'
import { type EmptyCacheHookOptions, emptyCacheHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    EmptyCacheHook: EmptyCacheHookOptions
  }
}

registerHook('EmptyCacheHook', EmptyCacheHook, packageInfo, { options: emptyCacheHookSchema })

export { EmptyCacheHook, type EmptyCacheHookOptions }
