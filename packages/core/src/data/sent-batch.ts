import type { Fetched } from './batch-fetcher.js'
import type { DataBatch, Sample } from './dataset.js'
import { isShapedArray, tensorValues } from './shaped-array.js'
import { isTypedArray, type TypedArray } from './typed-array.js'

/*
 * What a thread sends of what its dataset gave. A copy between threads takes the whole memory that a view belongs to, so views
 * become arrays of their own before.
 */

/** A batch of `getBatch`: the values that tensors take, in new memory, as the dataset may give its arrays once more. */
export function sentBatch(batch: DataBatch): DataBatch {
  return mapFields(batch, (value, field) =>
    isShapedArray(value) ? { ...value, values: newTensorValues(field, value.values) } : compact(value),
  )
}

/** A sample, or a batch that was joined in new memory. */
export function sentRecord(record: Sample): Sample {
  return mapFields(record, compact)
}

/** The memory of a sent batch that moves to the main thread; all else is copied, and shared memory is shared. */
export function movedBuffers(fetched: Fetched): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  for (const value of Array.isArray(fetched) ? [] : Object.values(fetched)) {
    if (!isShapedArray(value)) continue
    const { buffer } = value.values
    if (buffer instanceof ArrayBuffer) buffers.add(buffer)
  }
  return [...buffers]
}

function mapFields(
  record: Record<string, unknown>,
  map: (value: unknown, field: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([field, value]) => [field, map(value, field)]))
}

function newTensorValues(field: string, values: TypedArray): TypedArray {
  const converted = tensorValues(field, values)
  return converted === values ? converted.slice() : converted
}

/** The value with arrays of their own in the place of views, also in lists. */
function compact(value: unknown): unknown {
  if (isShapedArray(value)) return { ...value, values: compact(value.values) }
  if (Array.isArray(value)) return value.some(isObject) ? value.map(compact) : value
  return isTypedArray(value) && isView(value) ? copyOf(value) : value
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function isView({ buffer, byteLength }: TypedArray): boolean {
  return buffer instanceof ArrayBuffer && byteLength < buffer.byteLength
}

// The `slice` of a Buffer makes a view.
function copyOf(values: TypedArray): TypedArray {
  return values instanceof Uint8Array ? Uint8Array.from(values) : values.slice()
}
