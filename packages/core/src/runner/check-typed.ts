import type { ConfigIssue } from '../errors/config-error.js'
import { findIssues } from '../registry/check-options.js'
import type { Catalogue } from '../registry/registry.js'
import { isTypedConfig } from '../registry/typed-config.js'

/** The mistakes of a config with a type. */
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
  const schema = registration.details.options
  return schema === undefined ? [] : findIssues(path, schema, options)
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
