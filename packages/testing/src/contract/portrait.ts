import { Tensor } from '@tensorflow/tfjs-core'

/** What can be seen of something, as a text for each path, such as `best.score`. */
export type Portrait = ReadonlyMap<string, string>

/** A path at which two portraits differ. */
export interface Difference {
  readonly path: string
  /** What stands there; undefined where nothing does. */
  readonly first: string | undefined
  readonly second: string | undefined
}

/** Nothing is looked for deeper inside of fields of fields. */
const mostDepth = 6

/** Items of a list that are looked at one by one; longer ones are one text. */
const mostItems = 50

/**
 * The values in `value`, by their paths. Functions, promises and timers, which no checkpoint could hold, are left out, as is
 * whatever is in `parts`.
 */
export function portraitOf(value: unknown, parts: ReadonlySet<unknown> = new Set()): Portrait {
  const portrait = new Map<string, string>()
  describe(value, '', portrait, parts, [])
  return portrait
}

/** The fields of an object and what its getters give. */
export function fieldsOf(object: object, parts: ReadonlySet<unknown> = new Set()): Portrait {
  const portrait = new Map<string, string>()
  for (const [name, value] of [...dataFields(object), ...getterValues(object)])
    if (value !== object) describe(value, name, portrait, parts, [object])
  return portrait
}

/** Where they differ, one place for each field: the first one. */
export function differences(first: Portrait, second: Portrait): Difference[] {
  const paths = new Set([...first.keys(), ...second.keys()])
  const found = new Map<string, Difference>()
  for (const path of paths) {
    if (first.get(path) === second.get(path)) continue
    const field = path.replace(/\[.*$/s, '')
    if (!found.has(field)) found.set(field, { path, first: first.get(path), second: second.get(path) })
  }
  return [...found.values()]
}

function describe(
  value: unknown,
  path: string,
  portrait: Map<string, string>,
  parts: ReadonlySet<unknown>,
  around: readonly unknown[],
): void {
  const text = textOf(value)
  if (text !== undefined) portrait.set(path, text)
  if (text !== undefined || typeof value !== 'object' || value === null) return
  if (parts.has(value) || around.includes(value) || around.length > mostDepth || isFleeting(value)) return
  const inside = [...around, value]
  for (const [key, item] of itemsOf(value)) describe(item, joined(path, key), portrait, parts, inside)
}

/** What is one text: everything that is not looked into. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (typeof value === 'boolean' || value === null) return String(value)
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Date) return Number.isNaN(Number(value)) ? 'an invalid date' : value.toISOString()
  if (value instanceof RegExp || value instanceof Error || value instanceof URL) return String(value)
  if (value instanceof Tensor) return tensorText(value)
  if (isNumbers(value)) return `[${[...value].join(', ')}]`
  if (Array.isArray(value) && value.length > mostItems && value.every(isPlain)) return `[${value.join(', ')}]`
  return undefined
}

function tensorText(tensor: Tensor): string {
  if (tensor.isDisposed) return 'a disposed tensor'
  return `${tensor.dtype} [${tensor.shape.join(', ')}] ${[...tensor.dataSync()].join(' ')}`
}

function isNumbers(value: unknown): value is Iterable<unknown> {
  return ArrayBuffer.isView(value) && Symbol.iterator in value
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol'
}

function* itemsOf(value: object): Generator<readonly [key: string | number, item: unknown]> {
  if (Array.isArray(value)) yield* value.entries()
  else if (value instanceof Map) yield* [...value].map(([key, item]) => [String(key), item] as const)
  else if (value instanceof Set) yield* [...value].entries()
  else yield* dataFields(value)
}

/** Own fields that hold a value; accessors might do anything. */
function dataFields(object: object): (readonly [string, unknown])[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([name, { enumerable, value }]) =>
    enumerable === true && value !== undefined ? [[name, value] as const] : [],
  )
}

/** Private fields can be seen only where a class shows them by a getter. */
function getterValues(object: object): (readonly [string, unknown])[] {
  const values = new Map<string, unknown>()
  let prototype: object | null = Object.getPrototypeOf(object)
  for (; prototype !== null && prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype)) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (get === undefined || values.has(name)) continue
      try {
        values.set(name, get.call(object))
      } catch {
        // Some are there at certain times only.
      }
    }
  }
  return [...values]
}

/** What lives as long as the process. */
function isFleeting(value: object): boolean {
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return true
  return ['Timeout', 'Immediate', 'WeakRef', 'AbortController', 'AsyncLocalStorage'].includes(
    value.constructor?.name ?? '',
  )
}

function joined(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}
