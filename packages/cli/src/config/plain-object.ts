/** Values by name, of which nothing else is known. */
export type Fields = Readonly<Record<string, unknown>>

/** True for what configs are made of, false for objects of classes, functions and lists: those pass through untouched. */
export function isPlainObject(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** What a config holds in a place, in words. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object') return `the ${typeof value} ${JSON.stringify(value) ?? String(value)}`
  return isPlainObject(value)
    ? 'an object'
    : `an object of class ${value.constructor?.name ?? 'without a name'}`
}
