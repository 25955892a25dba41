import { HookloopError } from '../errors/hookloop-error.js'
import { defaultHookSlots } from '../hook/default-hooks.js'
import type { HookDispatcher } from '../hook/dispatcher.js'
import type { Hook } from '../hook/hook.js'
import type { HookEntry } from '../hook/hook-entry.js'
import { priorityNumber } from '../hook/priority.js'
import type { HookConfig, HookPlacement } from '../registry/configs.js'
import { hookRegistry } from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import type { RunnerOptions } from './options.js'

/** Registers the default hooks that are installed, then the custom ones. */
export function registerHooks(hooks: HookDispatcher, options: RunnerOptions): void {
  const wanted = new Map<string, unknown>(Object.entries(options.defaultHooks ?? {}))
  for (const slot of defaultHookSlots) {
    const hook = slotConfig(slot, wanted.get(slot))
    wanted.delete(slot)
    if (hook !== undefined) addHook(hooks, hook)
  }
  // Slots that MMEngine does not know are further default hooks.
  for (const extra of wanted.values()) if (isTypedConfig(extra) || isHook(extra)) addHook(hooks, extra)
  for (const custom of options.customHooks ?? []) addHook(hooks, custom)
  checkRequirements(hooks)
}

/** What stands in a default slot: the hook of the options, or the imported one with its options; undefined for none. */
export function slotConfig(slot: string, wanted: unknown): Hook | { readonly type: string } | undefined {
  if (wanted === null) return undefined
  if (isTypedConfig(wanted) || isHookInstance(wanted)) return wanted
  const registration = [...hookRegistry.entries()].find(({ details }) => details.slot === slot)
  if (registration === undefined) return undefined
  const { type, details } = registration
  return { ...details.slotDefaults, ...(typeof wanted === 'object' ? wanted : {}), type }
}

/** Settings that nothing looks at, because the default hook that would is neither imported nor left out on purpose. */
export function idleSettings({ paramScheduler, defaultHooks }: RunnerOptions): string[] {
  if (paramScheduler === undefined || Object.hasOwn(defaultHooks ?? {}, 'paramScheduler')) return []
  if ([...hookRegistry.entries()].some(({ details }) => details.slot === 'paramScheduler')) return []
  return [
    'paramScheduler is set, but no hook that steps schedulers is imported, so learning rates stay as they are: run ' +
      "`npm install @hookloop/hook-param-scheduler` and add `import '@hookloop/hook-param-scheduler'`, or say " +
      'defaultHooks: { paramScheduler: null }',
  ]
}

/** Adds one hook; a `priority`, `before` or `after` given with it wins over its own. */
export function addHook(
  hooks: HookDispatcher,
  hook: Hook | HookConfig | { readonly type: string },
  placement: HookPlacement = {},
): HookEntry {
  const { instance, place } = isTypedConfig(hook) ? fromConfig(hook) : { instance: hook, place: {} }
  if (!isHook(instance)) {
    throw new HookloopError('HL_HOOK_TYPE', 'a hook must be an object of class Hook or a config with a type')
  }
  const registration = hookRegistry.of(instance)
  const name = registration?.type ?? classNameOf(instance)
  const same = hooks.entries.filter((entry) => entry.name === name).length
  const { priority = instance.priority, before, after } = { ...place, ...placement }
  const entry: HookEntry = {
    hook: instance,
    name,
    key: same === 0 ? name : `${name}#${same + 1}`,
    priority: priorityNumber(priority),
    packageName: registration && `${registration.packageInfo.name} ${registration.packageInfo.version}`,
    before,
    after,
  }
  hooks.add(entry)
  return entry
}

/** Objects of no class and of classes without a name have the same name; where two are there, the key tells them apart. */
function classNameOf(hook: Hook): string {
  const { name } = hook.constructor ?? {}
  return name === undefined || name === '' || name === 'Object' ? 'UnnamedHook' : name
}

function fromConfig(config: { readonly type: string } & HookPlacement): {
  instance: Hook
  place: HookPlacement
} {
  const { priority, before, after, ...options } = config
  const place: HookPlacement = {
    ...(priority === undefined ? {} : { priority }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }
  return { instance: hookRegistry.build(options), place }
}

function checkRequirements(hooks: HookDispatcher): void {
  for (const { name } of hooks.entries) {
    for (const required of hookRegistry.find(name)?.details.requires ?? []) {
      if (hooks.find(required) !== undefined) continue
      throw new HookloopError(
        'HL_HOOK_REQUIRES',
        `${name} needs ${required} in the same run, which is not there. Add it: ${hookRegistry.explainUnknown(required)}`,
      )
    }
  }
}

/** As {@link isHook}, where an options object may stand that has a priority too. */
export function isHookInstance(value: unknown): value is Hook {
  return isHook(value) && Object.getPrototypeOf(value) !== Object.prototype
}

/** Any object with a priority and methods will do: two copies of core must not tell hooks apart. */
export function isHook(value: unknown): value is Hook {
  return typeof value === 'object' && value !== null && 'priority' in value && !isTypedConfig(value)
}
