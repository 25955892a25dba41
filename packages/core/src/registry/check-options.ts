import type { StandardSchemaV1 } from '@standard-schema/spec'
import { ConfigError, type ConfigIssue } from '../errors/config-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { didYouMean } from './nearest.js'

/**
 * The mistakes in `options`, with their places under `path`.
 * @param schema valibot, zod or arktype; must be synchronous
 * @throws `HL_SCHEMA_ASYNC` when the schema is not
 */
export function findIssues(path: string, schema: StandardSchemaV1, options: unknown): ConfigIssue[] {
  const result = schema['~standard'].validate(options)
  if (result instanceof Promise) {
    throw new HookloopError(
      'HL_SCHEMA_ASYNC',
      `the schema of ${path} answers with a promise; options are checked at once, so take its asynchronous checks out`,
    )
  }
  const lists = misplacedLists(path, schema, options)
  const issues = (result.issues ?? []).map((issue) => toConfigIssue(path, schema, issue, options))
  return [...lists, ...issues.filter((issue) => !lists.some((list) => issue.path.startsWith(list.path)))]
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
  const place = keys.reduce<string>(joinPath, path) || 'config'
  if (isUnknownKey(issue)) {
    const known = knownKeys(schema, keys.slice(0, -1))
    const hint =
      didYouMean(String(keys.at(-1)), known) || (known.length > 0 ? `Known: ${known.join(', ')}` : '')
    return { path: place, code: 'HL_CONFIG_UNKNOWN_KEY', message: `is not an option. ${hint}`.trim() }
  }
  const value = valueAt(options, keys)
  if (value === undefined) {
    const expectation = isMissingKey(issue) ? ownExpectation(schema, keys) : issue.message
    const wanted = expectation.startsWith('must') ? `; it ${expectation}` : ''
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

// Of a key that is not there valibot says what the object around it must be.
function isMissingKey(issue: StandardSchemaV1.Issue): boolean {
  return 'type' in issue && typeof issue.type === 'string' && issue.type.endsWith('object')
}

/** What the value at `keys` must be; empty where its schema does not say. */
function ownExpectation(schema: unknown, keys: readonly PropertyKey[]): string {
  const inner = schemaAt(schema, keys)
  if (!isSchema(inner)) return ''
  try {
    const result = inner['~standard'].validate(undefined)
    const [issue] = result instanceof Promise ? [] : (result.issues ?? [])
    return issue === undefined || (issue.path ?? []).length > 0 ? '' : issue.message
  } catch {
    // Checks that somebody wrote need not expect undefined.
    return ''
  }
}

function isSchema(value: unknown): value is StandardSchemaV1 {
  return typeof fieldOf(fieldOf(value, '~standard'), 'validate') === 'function'
}

// valibot takes lists for objects, an empty one for an object without options.
function misplacedLists(path: string, schema: unknown, value: unknown): ConfigIssue[] {
  const inner = unwrapped(schema)
  const type = fieldOf(inner, 'type')
  if (typeof type !== 'string' || !/object$|^record$/.test(type)) return []
  if (Array.isArray(value)) {
    const wanted = fieldOf(inner, 'message')
    const message = typeof wanted === 'string' ? wanted : 'must be an object'
    return [{ path: path || 'config', code: 'HL_CONFIG_VALUE', message: `is a list, but ${message}` }]
  }
  return Object.entries(fieldOf(inner, 'entries') ?? {}).flatMap(([key, entry]) =>
    misplacedLists(joinPath(path, key), entry, fieldOf(value, key)),
  )
}

/** Options of the object at `keys`; empty for schemas of other libraries than valibot. */
function knownKeys(schema: unknown, keys: readonly PropertyKey[]): string[] {
  return Object.keys(fieldOf(unwrapped(schemaAt(schema, keys)), 'entries') ?? {})
}

function schemaAt(schema: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (outer, key) => fieldOf(fieldOf(unwrapped(outer), 'entries'), key) ?? fieldOf(unwrapped(outer), 'item'),
    schema,
  )
}

// valibot's `optional` and its like hold a schema in `wrapped`.
function unwrapped(schema: unknown): unknown {
  const wrapped = fieldOf(schema, 'wrapped')
  return wrapped === undefined ? schema : unwrapped(wrapped)
}

function valueAt(options: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(fieldOf, options)
}

function fieldOf(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

const longestList = 10

function describeValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (Array.isArray(value)) {
    const items = value
      .slice(0, longestList)
      .map((item) => (Array.isArray(item) ? '[…]' : describeValue(item)))
    return `[${[...items, ...(value.length > longestList ? ['…'] : [])].join(', ')}]`
  }
  if (typeof value !== 'object' || value === null) return String(value)
  const { name } = value.constructor ?? {}
  return name === undefined || name === 'Object' ? 'an object' : `an object of class ${name}`
}
