// Each import registers one hook. Take one away, and the run does without what that hook did.
import '@hookloop/hook-runtime-info'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-dist-sampler-seed'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-ema'
import '@hookloop/hook-sync-buffer'
import '@hookloop/hook-empty-cache'
import { type DefaultHooksConfig, type HookConfig, hookRegistry } from '@hookloop/core'

const defaultHooks: DefaultHooksConfig = {
  logger: { interval: 25 },
  checkpoint: { interval: 1, maxKeepCkpts: 2, saveBest: 'accuracy/top1', rule: 'greater' },
}

const customHooks: readonly HookConfig[] = [
  { type: 'EMAHook', momentum: 0.01 },
  { type: 'SyncBuffersHook' },
  { type: 'EmptyCacheHook' },
]

/** Settings of the hooks whose packages are imported above; usually one writes them into the config as they are. */
export function importedHooks(): { defaultHooks: DefaultHooksConfig; customHooks: readonly HookConfig[] } {
  const slots = new Set<string | undefined>([...hookRegistry.entries()].map(({ details }) => details.slot))
  return {
    defaultHooks: Object.fromEntries(Object.entries(defaultHooks).filter(([slot]) => slots.has(slot))),
    customHooks: customHooks.filter(({ type }) => hookRegistry.find(type) !== undefined),
  }
}
