import type { HookPoint } from '@hookloop/core'
import type { Core } from './core.js'

/** What is known of a registered hook. */
export interface InstalledHook {
  readonly type: string
  readonly package: string
  readonly version: string
  /** The version of the contract with core that it was written for. */
  readonly hookApi: number
  /** By name or number; undefined where only its options tell. */
  readonly priority: string | undefined
  /** The default slot that it fills by being imported. */
  readonly slot: string | undefined
  /** The points that it uses; undefined where only its options tell. */
  readonly points: readonly HookPoint[] | undefined
}

/** The hooks that are registered, in the order of their names. */
export function installedHooks(core: Core): InstalledHook[] {
  const registrations = [...core.hookRegistry.entries()].sort((a, b) => a.type.localeCompare(b.type))
  return registrations.map(({ type, packageInfo, details }) => ({
    type,
    package: packageInfo.name,
    version: packageInfo.version,
    hookApi: packageInfo.hookApi,
    slot: details.slot,
    ...behaviour(core, { type, ...details.slotDefaults }),
  }))
}

/** Asks a hook of its own; one that cannot be without options is not asked. */
function behaviour(
  { hookRegistry, HookDispatcher, hookPoints, priorityNumber, priorityLabel }: Core,
  config: { readonly type: string },
): Pick<InstalledHook, 'priority' | 'points'> {
  try {
    const hook = hookRegistry.build(config)
    const dispatcher = new HookDispatcher(() => ({ epoch: 0, iter: 0 }))
    const priority = priorityNumber(hook.priority)
    const { type: name } = config
    const unknown = { packageName: undefined, before: undefined, after: undefined }
    dispatcher.add({ hook, name, key: name, priority, ...unknown })
    return { priority: priorityLabel(priority), points: hookPoints.filter((point) => dispatcher.has(point)) }
  } catch {
    return { priority: undefined, points: undefined }
  }
}
