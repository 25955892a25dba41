import type { ConfigIssue } from '../errors/config-error.js'
import { hasCode } from '../errors/hookloop-error.js'
import { defaultHookSlots } from '../hook/default-hooks.js'
import { type Priority, priorityNumber } from '../hook/priority.js'
import { joinPath } from '../registry/check-options.js'
import { didYouMean } from '../registry/nearest.js'
import { hookRegistry } from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import { isHook, isHookInstance } from './build-hooks.js'
import { fieldsOf, typedIssues } from './check-typed.js'

export function defaultHookIssues(config: unknown): ConfigIssue[] {
  return Object.entries(fieldsOf(config) ?? {}).flatMap(([slot, value]) => slotIssues(slot, value))
}

export function customHookIssues(config: unknown): ConfigIssue[] {
  if (!Array.isArray(config)) return []
  return config.flatMap((entry, index) => {
    const path = `customHooks[${index}]`
    if (isTypedConfig(entry)) return hookIssues(path, entry)
    return isHook(entry) ? instanceIssues(path, entry.priority) : [wrongHook(path, entry)]
  })
}

function slotIssues(slot: string, value: unknown): ConfigIssue[] {
  const path = joinPath('defaultHooks', slot)
  if (isTypedConfig(value)) return hookIssues(path, value)
  if (isHookInstance(value)) return instanceIssues(path, value.priority)
  if (!defaultHookSlots.some((known) => known === slot)) return [unknownSlot(path, slot)]
  if (value === null || value === undefined) return []
  const registration = [...hookRegistry.entries()].find(({ details }) => details.slot === slot)
  if (registration === undefined) return [emptySlot(path, slot)]
  const options = fieldsOf(value)
  return options === undefined || Array.isArray(value)
    ? [wrongHook(path, value)]
    : hookIssues(path, { ...options, type: registration.type })
}

function unknownSlot(path: string, slot: string): ConfigIssue {
  const hint = didYouMean(slot, defaultHookSlots) || `Slots are ${defaultHookSlots.join(', ')}`
  const message = `is not a default hook. ${hint}; other hooks belong into customHooks`
  return { path, code: 'HL_CONFIG_UNKNOWN_KEY', message }
}

const slotPackages: Readonly<Record<string, string>> = {
  runtimeInfo: 'runtime-info',
  timer: 'iter-timer',
  samplerSeed: 'dist-sampler-seed',
  paramScheduler: 'param-scheduler',
}

function emptySlot(path: string, slot: string): ConfigIssue {
  const home = `@hookloop/hook-${slotPackages[slot] ?? slot}`
  const message = `no hook for this slot is imported. Run \`npm install ${home}\` and add \`import '${home}'\``
  return { path, code: 'HL_CONFIG_UNKNOWN_TYPE', message }
}

function wrongHook(path: string, value: unknown): ConfigIssue {
  const remedy = typeof value === 'function' ? `; for the class ${value.name}, give new ${value.name}()` : ''
  const message = `must be a hook or a config such as { type: 'EMAHook' }${remedy}`
  return { path, code: 'HL_CONFIG_VALUE', message }
}

function hookIssues(path: string, config: { readonly type: string }): ConfigIssue[] {
  const { priority, before, after, ...rest } = {
    priority: undefined,
    before: undefined,
    after: undefined,
    ...config,
  }
  const issues = typedIssues(path, rest, hookRegistry)
  if (priority !== undefined) issues.push(...instanceIssues(path, priority))
  for (const [key, value] of Object.entries({ before, after })) {
    if (value !== undefined && typeof value !== 'string') {
      issues.push({ path: `${path}.${key}`, code: 'HL_CONFIG_VALUE', message: 'must be the name of a hook' })
    }
  }
  return issues
}

function instanceIssues(path: string, priority: Priority): ConfigIssue[] {
  try {
    priorityNumber(priority)
    return []
  } catch (error) {
    if (!hasCode(error)) throw error
    const message = error.message.replace(/^priority /, '').replace(` (${error.code})`, '')
    return [{ path: `${path}.priority`, code: error.code, message }]
  }
}
