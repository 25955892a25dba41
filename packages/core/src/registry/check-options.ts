import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError, type ConfigIssue } from '../errors/config-error.js'
import { didYouMean } from './nearest.js'

/**
 * The mistakes in `options`, with their places under `path`.
 * @param schema valibot, zod or arktype; must be synchronous
 */
export function findIssues(path: string, schema: StandardSchemaV1, options: unknown): ConfigIssue[] {
  const result = schema['~standard'].validate(options)
  if (result instanceof Promise || result.issues === undefined) return []
  return result.issues.map((issue) => toConfigIssue(path, schema, issue, options))
}

/**
 * Checks options that were given to a constructor.
 * @throws `HL_CONFIG` that lists every mistake
 */
export function checkOptions(owner: string, schema: StandardSchemaV1, options: unknown): void {
  const issues = findIssues(owner, schema, options)
  if (issues.length > 0) throw new ConfigError(issues)
}

function toConfigIssue(
  path: string,
  schema: StandardSchemaV1,
  issue: StandardSchemaV1.Issue,
  options: unknown,
): ConfigIssue {
  const keys = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
  const place = keys.reduce<string>((place, key) => joinPath(place, key), path)
  if (isUnknownKey(issue)) {
    const known = knownKeys(schema)
    const hint =
      didYouMean(String(keys.at(-1)), known) || (known.length > 0 ? `Known: ${known.join(', ')}` : '')
    return { path: place, code: 'HL_CONFIG_UNKNOWN_KEY', message: `is not an option. ${hint}`.trim() }
  }
  const value = valueAt(options, keys)
  if (value === undefined) {
    const wanted = issue.message.startsWith('must') ? `; it ${issue.message}` : ''
    return { path: place, code: 'HL_CONFIG_MISSING', message: `is missing${wanted}` }
  }
  const found = describeValue(value)
  const message = issue.message.startsWith('must')
    ? `is ${found}, but ${issue.message}`
    : `is ${found}: ${issue.message}`
  return { path: place, code: 'HL_CONFIG_VALUE', message }
}

export function joinPath(path: string, key: PropertyKey): string {
  return typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`
}

// valibot says `expected: 'never'` for keys that a strict object does not know.
function isUnknownKey(issue: StandardSchemaV1.Issue): boolean {
  return (
    'expected' in issue && issue.expected === 'never' && 'type' in issue && issue.type === 'strict_object'
  )
}

function knownKeys(schema: StandardSchemaV1): string[] {
  if (!('entries' in schema)) return []
  return typeof schema.entries === 'object' && schema.entries !== null ? Object.keys(schema.entries) : []
}

function valueAt(options: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    options,
  )
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return `of type ${value.constructor?.name}`
  return Array.isArray(value) ? `[${value.map(describeValue).join(', ')}]` : String(value)
}
