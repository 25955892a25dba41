import { registerHook } from '@hookloop/core'
import { type SyncBuffersHookOptions, syncBuffersHookSchema } from './options.js'
import { packageInfo } from './package-info.js'
import { SyncBuffersHook } from './sync-buffers-hook.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    SyncBuffersHook: SyncBuffersHookOptions
  }
}

registerHook('SyncBuffersHook', SyncBuffersHook, packageInfo, { options: syncBuffersHookSchema })

export { SyncBuffersHook, type SyncBuffersHookOptions }
