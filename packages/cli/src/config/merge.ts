import { type Fields, isPlainObject } from './plain-object.js'

/** In an object of a config: it replaces what a base has there. MMEngine's name. */
export const deleteKey = '_delete_'

/**
 * A config on top of another: plain objects are merged key by key, everything else replaces what was there, lists too.
 * `undefined` takes a key away, and so does `null` where it stands for an option of the Runner (see `config.ts`);
 * `_delete_: true` in an object drops what the base has there. Neither config is changed.
 */
export function mergeConfigs(base: Fields, over: Fields): Fields {
  const { [deleteKey]: isDeleting, ...own } = over
  const merged = new Map<string, unknown>(isDeleting === true ? [] : Object.entries(base))
  for (const [key, value] of Object.entries(own)) {
    if (value === undefined) merged.delete(key)
    else merged.set(key, isPlainObject(value) ? mergeConfigs(fieldsAt(merged, key), value) : value)
  }
  // Keys such as __proto__ become keys like any other.
  return Object.fromEntries(merged)
}

function fieldsAt(merged: ReadonlyMap<string, unknown>, key: string): Fields {
  const value = merged.get(key)
  return isPlainObject(value) ? value : {}
}
