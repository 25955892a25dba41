import { CliError } from '../cli-error.js'
import { didYouMean } from '../nearest.js'
import { overrideValue } from './override-value.js'
import { describeKind, type Fields, isPlainObject } from './plain-object.js'

/** One `a.b.0.c=value` of `--cfg-options`. */
export interface Override {
  readonly keys: readonly string[]
  readonly value: unknown
}

/** @throws CliError `HL_CLI_OVERRIDE` for what is no `path=value` */
export function parseOverride(text: string): Override {
  const equals = text.indexOf('=')
  const keys = text.slice(0, equals).trim().split('.')
  if (equals > 0 && keys.every((key) => key !== ''))
    return { keys, value: overrideValue(text.slice(equals + 1)) }
  throw new CliError(
    'HL_CLI_OVERRIDE',
    `--cfg-options has '${text}', which is no path=value; write such as trainCfg.maxEpochs=3, and CONFIG before --cfg-options`,
  )
}

/**
 * A config with single values replaced. Paths lead through plain objects, where missing ones are made, and by index into
 * lists; the config that is given stays as it is.
 * @throws CliError `HL_CLI_OVERRIDE` where a path leads into something else
 */
export function applyOverrides(config: Fields, overrides: readonly Override[]): Fields {
  return overrides.reduce<Fields>((fields, { keys, value }) => withField(fields, keys, value, []), config)
}

function withField(
  fields: Fields,
  keys: readonly string[],
  value: unknown,
  around: readonly string[],
): Fields {
  const [key = '', ...rest] = keys
  const present = Object.hasOwn(fields, key) ? fields[key] : undefined
  const entries = new Map(Object.entries(fields))
  entries.set(key, within(present, rest, value, [...around, key]))
  return Object.fromEntries(entries)
}

function withItem(
  list: readonly unknown[],
  keys: readonly string[],
  value: unknown,
  around: readonly string[],
) {
  const [key = '', ...rest] = keys
  const index = /^\d+$/.test(key) ? Number(key) : list.length
  if (index >= list.length) throw noItem(list, key, around)
  return list.with(index, within(list[index], rest, value, [...around, key]))
}

/** What comes into a place: the value, or what is there with the value further in. */
function within(
  present: unknown,
  keys: readonly string[],
  value: unknown,
  around: readonly string[],
): unknown {
  if (keys.length === 0) return value
  if (Array.isArray(present)) return withItem(present, keys, value, around)
  if (present === undefined || present === null || isPlainObject(present))
    return withField(present ?? {}, keys, value, around)
  const path = around.join('.')
  throw new CliError(
    'HL_CLI_OVERRIDE',
    `--cfg-options sets ${[path, ...keys].join('.')}, but ${path} is ${describeKind(present)}; ` +
      'paths lead into plain objects and lists',
  )
}

function noItem(list: readonly unknown[], key: string, around: readonly string[]): CliError {
  const path = around.join('.')
  const allowed = list.length === 0 ? 'is empty' : `has the items 0 to ${list.length - 1}`
  const types = list.flatMap((item) =>
    isPlainObject(item) && typeof item.type === 'string' ? [item.type] : [],
  )
  const index = types.indexOf(key)
  const remedy =
    index >= 0
      ? `. ${key} is item ${index}: write ${path}.${index}`
      : didYouMean(key, types) || '; set the whole list otherwise'
  return new CliError(
    'HL_CLI_OVERRIDE',
    `--cfg-options names ${path}.${key}, but ${path} is a list that ${allowed}${remedy}`,
  )
}
