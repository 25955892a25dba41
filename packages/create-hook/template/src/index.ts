import { registerHook } from '@hookloop/core'
import { TemplateHook } from './hook.js'
import { type TemplateHookOptions, templateHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

// Whoever imports this package gets the options of this hook completed and checked in configs.
declare module '@hookloop/core' {
  interface HookConfigs {
    TemplateHook: TemplateHookOptions
  }
}

registerHook('TemplateHook', TemplateHook, packageInfo, {
  options: templateHookSchema,
})

export { TemplateHook, type TemplateHookOptions }
