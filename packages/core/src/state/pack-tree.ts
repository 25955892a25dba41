import { Tensor } from '@tensorflow/tfjs-core'
import type { StateArray, StateValue } from './state-tree.js'

/** What JSON cannot hold, by the name under which it is stored. */
export type Blobs = Map<string, Tensor | StateArray>

/** JSON with `{ "$tensor": name }` and the like in the places of what it cannot hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/**
 * Takes a state value apart: JSON on one side, tensors and arrays on the other.
 * @param name prefix of the names of its tensors
 */
export function packTree(name: string, value: StateValue, blobs: Blobs): Json {
  if (value instanceof Tensor) return stored('$tensor', name, value, blobs)
  if (isStateArray(value)) return stored('$array', name, value, blobs)
  if (typeof value === 'number') return Number.isFinite(value) ? value : { $number: String(value) }
  if (value === null || value === undefined || typeof value !== 'object') return value ?? null
  if (isList(value)) return value.map((item, index) => packTree(`${name}.${index}`, item, blobs))
  const packed: { [key: string]: Json } = {}
  for (const [key, item] of Object.entries(value)) {
    // Keys that begin with $ are ours; those of users get a second one.
    if (item !== undefined)
      packed[key.startsWith('$') ? `$${key}` : key] = packTree(`${name}.${key}`, item, blobs)
  }
  return packed
}

/** Puts together what {@link packTree} took apart. */
export function unpackTree(
  json: Json,
  blob: (kind: 'tensor' | 'array', name: string) => StateValue,
): StateValue {
  if (Array.isArray(json)) return json.map((item) => unpackTree(item, blob))
  if (typeof json !== 'object' || json === null) return json
  const { $tensor, $array, $number } = json
  if (typeof $tensor === 'string') return blob('tensor', $tensor)
  if (typeof $array === 'string') return blob('array', $array)
  if (typeof $number === 'string') return Number($number)
  const entries = Object.entries(json).map(
    ([key, item]) => [key.startsWith('$') ? key.slice(1) : key, unpackTree(item, blob)] as const,
  )
  return Object.fromEntries(entries)
}

function stored(kind: '$tensor' | '$array', name: string, value: Tensor | StateArray, blobs: Blobs): Json {
  blobs.set(name, value)
  return { [kind]: name }
}

export function isStateArray(value: unknown): value is StateArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}

function isList(value: StateValue): value is readonly StateValue[] {
  return Array.isArray(value)
}
