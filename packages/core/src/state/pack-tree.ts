import { Tensor } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import type { StateArray, StateValue } from './state-tree.js'

/** What JSON cannot hold, by the name under which it is stored. */
export type Blobs = Map<string, Tensor | StateArray>

/** JSON with `{ "$tensor": name }` and the like in the places of what it cannot hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * Takes a state value apart: JSON on one side, tensors and arrays on the other.
 * @param name prefix of the names of its tensors
 * @param path what messages call it
 * @param around the lists and objects that it lies in
 * @throws `HL_CHECKPOINT_VALUE` for what cannot be stored
 */
export function packTree(
  name: string,
  path: string,
  value: unknown,
  blobs: Blobs,
  around: readonly unknown[] = [],
): Json {
  if (typeof value === 'number') return packNumber(value)
  if (value === undefined) return { $undefined: true }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof Tensor) return stored('$tensor', name, value, blobs)
  if (isStateArray(value)) return stored('$array', name, value, blobs)
  if (around.includes(value)) throw cyclic(path)
  const inside = [...around, value]
  if (Array.isArray(value))
    return Array.from(value, (item, index) =>
      packTree(`${name}.${index}`, `${path}[${index}]`, item, blobs, inside),
    )
  if (!isPlainObject(value)) throw unstorable(path, value)
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return Object.fromEntries(
    entries.map(([key, item]) => {
      // Keys that begin with $ are ours; those of users get a second one.
      const packedKey = key.startsWith('$') ? `$${key}` : key
      return [packedKey, packTree(`${name}.${key}`, `${path}.${key}`, item, blobs, inside)]
    }),
  )
}

/** Puts together what {@link packTree} took apart. */
export function unpackTree(
  json: Json,
  blob: (kind: 'tensor' | 'array', name: string) => StateValue,
): StateValue {
  if (Array.isArray(json)) return json.map((item) => unpackTree(item, blob))
  if (typeof json !== 'object' || json === null) return json
  const { $tensor, $array, $number, $undefined } = json
  if (typeof $tensor === 'string') return blob('tensor', $tensor)
  if (typeof $array === 'string') return blob('array', $array)
  if (typeof $number === 'string') return Number($number)
  if ($undefined === true) return undefined
  const entries = Object.entries(json).map(
    ([key, item]) => [key.startsWith('$') ? key.slice(1) : key, unpackTree(item, blob)] as const,
  )
  return Object.fromEntries(entries)
}

/** True for arrays whose numbers come back as the same kind of array. */
export function isStateArray(value: unknown): value is StateArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8ClampedArray)
}

// JSON knows neither NaN nor infinities nor -0.
function packNumber(value: number): Json {
  if (Object.is(value, -0)) return { $number: '-0' }
  return Number.isFinite(value) ? value : { $number: String(value) }
}

// Dots in keys can make two places have one name.
function stored(kind: '$tensor' | '$array', wanted: string, value: Tensor | StateArray, blobs: Blobs): Json {
  let name = wanted
  for (let copy = 2; blobs.has(name); copy++) name = `${wanted}#${copy}`
  blobs.set(name, value)
  return { [kind]: name }
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function cyclic(path: string): HookloopError {
  return new HookloopError(
    'HL_CHECKPOINT_VALUE',
    `${path} of the checkpoint holds itself, which cannot be stored; leave out one of the references`,
  )
}

function unstorable(path: string, value: unknown): HookloopError {
  const found = typeof value === 'object' && value !== null ? value.constructor?.name : `a ${typeof value}`
  return new HookloopError(
    'HL_CHECKPOINT_VALUE',
    `${path} of the checkpoint is ${found}, which cannot be stored; allowed are tensors, typed arrays, strings, ` +
      'numbers, booleans, null, and lists and plain objects of them',
  )
}
