import type { ConfigIssue } from '../errors/config-error.js'
import { optimWrapperRegistry, paramSchedulerRegistry } from '../registry/registries.js'
import { isTypedConfig } from '../registry/typed-config.js'
import { fieldsOf, isPlain, listIssues } from './check-typed.js'
import { notByName, unknownName } from './scheduler-names.js'

/** The mistakes of `paramScheduler`: a config, a list of them, or either by the names of several optimizers. */
export function schedulerIssues(config: unknown, optimWrapper: unknown): ConfigIssue[] {
  const fields = fieldsOf(config)
  const isByName =
    fields !== undefined && isPlain(fields) && !isTypedConfig(config) && typeof fields.step !== 'function'
  if (!isByName) return listIssues('paramScheduler', config, paramSchedulerRegistry)
  return [
    ...nameIssues(Object.keys(fields), wrapperNames(optimWrapper)),
    ...Object.entries(fields).flatMap(([name, list]) =>
      listIssues(`paramScheduler.${name}`, list, paramSchedulerRegistry),
    ),
  ]
}

function nameIssues(names: readonly string[], known: readonly string[] | undefined): ConfigIssue[] {
  if (known === undefined) return []
  if (known.length === 0)
    return [{ path: 'paramScheduler', code: 'HL_CONFIG_VALUE', message: notByName(names) }]
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `paramScheduler.${name}`,
      code: 'HL_CONFIG_UNKNOWN_KEY',
      message: unknownName(name, known),
    }))
}

/** The names of the wrappers that a wrapper is made of, none where it is one; undefined where nothing tells yet. */
function wrapperNames(optimWrapper: unknown): string[] | undefined {
  const fields = fieldsOf(optimWrapper)
  if (fields === undefined) return undefined
  if (!isTypedConfig(optimWrapper)) return Object.keys(fieldsOf(fields.wrappers) ?? {})
  const nested = optimWrapperRegistry.find(optimWrapper.type)?.details.nested
  if (nested === undefined) return undefined
  return Object.keys(fields).filter((name) => name !== 'type' && nested(name) === optimWrapperRegistry)
}
