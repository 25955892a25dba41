import { registerHook } from '@hookloop/core'
import { ClosureHook } from './closure-hook.js'
import { type ClosureHookOptions, closureHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    ClosureHook: ClosureHookOptions
  }
}

registerHook('ClosureHook', ClosureHook, packageInfo, { options: closureHookSchema })

export type { AnyClosure, Closure, ClosurePoint, ClosurePoints } from './closure.js'
export { type ClosureName, type Closures, registerClosure } from './named-closures.js'
export { ClosureHook, type ClosureHookOptions }
