import { type SafetensorsFile, type StoredTensor, toTypedArray } from '@hookloop/safetensors'
import { type Fields, isPlainObject } from '../config/plain-object.js'
import { partsOf } from './parts.js'

/** One thing that two checkpoints differ in; a side that lacks it is undefined. */
export interface Difference {
  /** A tensor, or a path in the metadata. */
  readonly name: string
  readonly a: unknown
  readonly b: unknown
}

/** Tensors of one shape and type with other values. */
export interface ValueDifference {
  readonly name: string
  readonly count: number
  readonly total: number
  /** The largest |a − b|; NaN where a NaN is on one side only. */
  readonly largest: number
}

export interface Comparison {
  /** Tensors that only one has, or that have another shape or type. */
  readonly tensors: readonly Difference[]
  readonly values: readonly ValueDifference[]
  readonly metadata: readonly Difference[]
}

export function isSame({ tensors, values, metadata }: Comparison): boolean {
  return tensors.length + values.length + metadata.length === 0
}

/** What two checkpoints differ in: bits of tensors, and every value of the metadata but their checksums. */
export function compareCheckpoints(a: SafetensorsFile, b: SafetensorsFile): Comparison {
  const names = [...new Set([...a.tensors.keys(), ...b.tensors.keys()])].sort()
  const forms = names.map((name) => ({
    name,
    a: formOf(a.tensors.get(name)),
    b: formOf(b.tensors.get(name)),
  }))
  return {
    tensors: forms.filter((form) => form.a !== form.b),
    values: forms
      .filter((form) => form.a === form.b)
      .flatMap(({ name }) => valueDifference(name, a.tensors.get(name), b.tensors.get(name)) ?? []),
    metadata: differencesOf('', metadataOf(a), metadataOf(b)),
  }
}

function formOf(tensor: StoredTensor | undefined): string | undefined {
  return tensor && `${tensor.dtype} [${tensor.shape.join(', ')}]`
}

function metadataOf({ metadata }: SafetensorsFile): Fields {
  const { format, json } = partsOf(metadata)
  return { ...(format === undefined ? {} : { format }), ...json }
}

function valueDifference(
  name: string,
  a: StoredTensor | undefined,
  b: StoredTensor | undefined,
): ValueDifference | undefined {
  if (a === undefined || b === undefined || Buffer.from(a.bytes).equals(b.bytes)) return undefined
  const left = toTypedArray(a)
  const right = toTypedArray(b)
  let count = 0
  let largest = 0
  for (let index = 0; index < left.length; index++) {
    const [x, y] = [left[index], right[index]]
    if (Object.is(x, y)) continue
    count += 1
    const distance = Math.abs(Number(x) - Number(y))
    largest = Number.isNaN(largest) || Number.isNaN(distance) ? Number.NaN : Math.max(largest, distance)
  }
  return count === 0 ? undefined : { name, count, total: left.length, largest }
}

function differencesOf(path: string, a: unknown, b: unknown): Difference[] {
  if (isPlainObject(a) && isPlainObject(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differencesOf(path === '' ? key : `${path}.${key}`, a[key], b[key]),
    )
  if (Array.isArray(a) && Array.isArray(b))
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
      differencesOf(`${path}[${index}]`, a[index], b[index]),
    ).flat()
  return Object.is(a, b) ? [] : [{ name: path, a, b }]
}
