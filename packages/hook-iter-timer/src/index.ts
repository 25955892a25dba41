import { registerHook } from '@hookloop/core'
import { IterTimerHook } from './iter-timer-hook.js'
import { type IterTimerHookOptions, iterTimerHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    IterTimerHook: IterTimerHookOptions
  }
  interface DefaultHookConfigs {
    timer: IterTimerHookOptions
  }
}

registerHook('IterTimerHook', IterTimerHook, packageInfo, { slot: 'timer', options: iterTimerHookSchema })

export { IterTimerHook, type IterTimerHookOptions }
