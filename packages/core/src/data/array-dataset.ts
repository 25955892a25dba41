import { type Tensor, tensor } from '@tensorflow/tfjs-core'
import { HookloopError } from '../errors/hookloop-error.js'
import { checkIndex } from './check-index.js'
import type { DataBatch, Dataset } from './dataset.js'

/** A field of all examples, row-major: `values.length` is the number of examples times the size of `shape`. */
export interface ArrayField {
  readonly values: Float32Array | Int32Array | Uint8Array
  /** Shape of one example; default `[]`, a scalar. */
  readonly shape?: readonly number[]
}

/**
 * A dataset that is in memory as typed arrays. Batches are gathered in one go: float32 for Float32Array,
 * int32 for the integer arrays.
 */
export class ArrayDataset implements Dataset {
  readonly length: number
  readonly metainfo: Readonly<Record<string, unknown>>

  /** @throws `HL_DATA_SHAPE` when the fields hold different numbers of examples */
  constructor(
    readonly fields: Readonly<Record<string, ArrayField>>,
    metainfo: Readonly<Record<string, unknown>> = {},
  ) {
    this.metainfo = metainfo
    for (const [name, field] of Object.entries(fields)) checkShape(name, field)
    const counts = Object.entries(fields).map(
      ([name, field]) => [name, field.values.length / sizeOf(field)] as const,
    )
    this.length = counts[0]?.[1] ?? 0
    const odd = counts.find(([, count]) => count !== this.length || !Number.isInteger(count))
    if (odd === undefined) return
    throw new HookloopError(
      'HL_DATA_SHAPE',
      `the fields of an ArrayDataset must hold the same whole number of examples, but they hold ` +
        `${counts.map(([name, count]) => `${name}: ${count}`).join(', ')}; check values.length against shape`,
    )
  }

  getBatch(indices: readonly number[]): DataBatch {
    for (const index of indices) checkIndex(index, this.length, 'ArrayDataset')
    const batch: DataBatch = {}
    for (const [name, field] of Object.entries(this.fields)) batch[name] = gatherRows(field, indices)
    return batch
  }
}

function sizeOf(field: ArrayField): number {
  return (field.shape ?? []).reduce((size, extent) => size * extent, 1)
}

function checkShape(name: string, { shape = [] }: ArrayField): void {
  if (shape.every((extent) => Number.isInteger(extent) && extent > 0)) return
  throw new HookloopError(
    'HL_DATA_SHAPE',
    `the shape of '${name}' is [${shape.join(', ')}], but must be the whole numbers above 0 that one example measures, such as [28, 28, 1]`,
  )
}

/** Rows of a field as a tensor `[indices.length, ...shape]`, which shares no memory with the field. */
export function gatherRows(field: ArrayField, indices: readonly number[]): Tensor {
  const { values, shape = [] } = field
  const rows = isRun(indices)
    ? copyRun(values, sizeOf(field), indices)
    : copyRows(values, sizeOf(field), indices)
  return tensor(rows, [indices.length, ...shape], values instanceof Float32Array ? 'float32' : 'int32')
}

/** True for indices that follow each other, as without shuffling. */
function isRun(indices: readonly number[]): boolean {
  const first = indices[0] ?? 0
  for (let row = 1; row < indices.length; row++) if (indices[row] !== first + row) return false
  return true
}

function copyRun(
  values: ArrayField['values'],
  size: number,
  indices: readonly number[],
): Float32Array | Int32Array {
  const begin = (indices[0] ?? 0) * size
  const end = begin + indices.length * size
  return values instanceof Uint8Array
    ? Int32Array.from(values.subarray(begin, end))
    : values.slice(begin, end)
}

/** Up to this size of a row a loop over its numbers is faster than a call that copies it. */
const smallRow = 16

function copyRows(
  values: ArrayField['values'],
  size: number,
  indices: readonly number[],
): Float32Array | Int32Array {
  const Rows = values instanceof Float32Array ? Float32Array : Int32Array
  const rows = new Rows(indices.length * size)
  let to = 0
  for (const index of indices) {
    const from = index * size
    if (size > smallRow) rows.set(values.subarray(from, from + size), to)
    else for (let place = 0; place < size; place++) rows[to + place] = values[from + place] ?? 0
    to += size
  }
  return rows
}
