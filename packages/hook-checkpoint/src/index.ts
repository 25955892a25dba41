import { registerHook } from '@hookloop/core'
import { CheckpointHook } from './checkpoint-hook.js'
import { type CheckpointHookOptions, checkpointHookSchema } from './options.js'
import { packageInfo } from './package-info.js'

declare module '@hookloop/core' {
  interface HookConfigs {
    CheckpointHook: CheckpointHookOptions
  }
  interface DefaultHookConfigs {
    checkpoint: CheckpointHookOptions
  }
}

registerHook('CheckpointHook', CheckpointHook, packageInfo, {
  slot: 'checkpoint',
  slotDefaults: { interval: 1 },
  options: checkpointHookSchema,
  defaults: {
    ...{ interval: -1, saveOptimizer: true, saveParamScheduler: true, maxKeepCkpts: -1 },
    ...{ saveLast: true, saveBegin: 0 },
  },
})

export { CheckpointHook, type CheckpointHookOptions }
