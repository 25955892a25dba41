import { registerHook } from '@hookloop/core'
import { DistSamplerSeedHook } from './dist-sampler-seed-hook.js'
import { type DistSamplerSeedHookOptions, distSamplerSeedHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    DistSamplerSeedHook: DistSamplerSeedHookOptions
  }
  interface DefaultHookConfigs {
    samplerSeed: DistSamplerSeedHookOptions
  }
}

registerHook('DistSamplerSeedHook', DistSamplerSeedHook, packageInfo, {
  slot: 'samplerSeed',
  options: distSamplerSeedHookSchema,
})

export { DistSamplerSeedHook, type DistSamplerSeedHookOptions }
