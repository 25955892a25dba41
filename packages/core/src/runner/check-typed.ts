import type { ConfigIssue } from '../errors/config-error.js'
import { findIssues } from '../registry/check-options.js'
import type { Catalogue, KnownDetails } from '../registry/registry.js'
import { isTypedConfig } from '../registry/typed-config.js'

/** The mistakes of a config with a type, and of the configs that it holds. */
export function typedIssues(
  path: string,
  config: { readonly type: string },
  registry: Catalogue,
): ConfigIssue[] {
  const { type, ...options } = config
  const registration = registry.find(type)
  if (registration === undefined) {
    return [{ path: `${path}.type`, code: 'HL_CONFIG_UNKNOWN_TYPE', message: registry.explainUnknown(type) }]
  }
  const { options: schema, unavailable } = registration.details
  if (unavailable !== undefined)
    return [{ path: `${path}.type`, code: 'HL_CONFIG_UNAVAILABLE', message: unavailable }]
  const own = schema === undefined ? [] : findIssues(path, schema, options)
  return [...own, ...nestedIssues(path, options, registration.details)]
}

// What is neither a config nor a list of them is left to the schema of the options around it.
function nestedIssues(path: string, options: object, { nested }: KnownDetails): ConfigIssue[] {
  return Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    const registry = nested?.(name)
    if (registry === undefined) return []
    if (isTypedConfig(value)) return typedIssues(`${path}.${name}`, value, registry)
    const entries: readonly unknown[] = Array.isArray(value) ? value : []
    return entries.flatMap((entry, index) =>
      isTypedConfig(entry) ? typedIssues(`${path}.${name}[${index}]`, entry, registry) : [],
    )
  })
}

/** The mistakes of a config with a type, or of an object that was built already; undefined has none. */
export function typeIssues(path: string, value: unknown, registry: Catalogue): ConfigIssue[] {
  if (isTypedConfig(value)) return typedIssues(path, value, registry)
  const fields = fieldsOf(value)
  if (value === undefined || (fields !== undefined && !isPlain(fields) && !Array.isArray(value))) return []
  const message = `must have a type, such as { type: '${registry.names()[0] ?? 'Name'}' }, or be a built ${registry.kind}`
  return [{ path, code: 'HL_CONFIG_MISSING', message }]
}

/** As {@link typeIssues}, for one or a list of them. */
export function listIssues(path: string, value: unknown, registry: Catalogue): ConfigIssue[] {
  if (!Array.isArray(value)) return typeIssues(path, value, registry)
  return value.flatMap((entry, index) =>
    entry === undefined
      ? [{ path: `${path}[${index}]`, code: 'HL_CONFIG_MISSING', message: 'is missing' }]
      : typeIssues(`${path}[${index}]`, entry, registry),
  )
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isFields(value) ? value : undefined
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** True for objects that were written as `{ … }`. */
export function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}
