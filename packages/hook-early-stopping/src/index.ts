import { registerHook } from '@hookloop/core'
import { EarlyStoppingHook } from './early-stopping-hook.js'
import { type EarlyStoppingHookOptions, earlyStoppingHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    EarlyStoppingHook: EarlyStoppingHookOptions
  }
}

registerHook('EarlyStoppingHook', EarlyStoppingHook, packageInfo, {
  options: earlyStoppingHookSchema,
  defaults: { minDelta: 0.1, strict: false, checkFinite: true, patience: 5 },
})

export { EarlyStoppingHook, type EarlyStoppingHookOptions }
