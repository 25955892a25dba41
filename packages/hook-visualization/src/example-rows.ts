import { stack, Tensor } from '@tensorflow/tfjs-core'
import { readFirst } from './read-first.js'

/** What belongs to one example: a number, scores per class, a name, … */
export type Row = readonly (number | string)[]

/** As many values as a caption has room for. */
export const shortRow = 4

/**
 * The truth or the prediction of the first `count` examples; undefined where there is nothing per example, or
 * more than labels or scores, such as a map of the whole picture.
 * @param container a tensor `[batch, …]`, a list with an entry per example, or a record that has one of these
 * @param field its name in records
 */
export async function readRows(
  container: unknown,
  field: string,
  batchSize: number,
  count: number,
): Promise<readonly Row[] | undefined> {
  const value = partOf(container, field)
  if (value instanceof Tensor) return rowsOfTensor(value, batchSize, count)
  if (!isList(value) || value.length !== batchSize) return undefined
  const entries = Array.from({ length: count }, (_, index) => partOf(value[index], field))
  if (areTensors(entries)) return rowsOfTensors(entries)
  const rows = entries.map(rowOf)
  return rows.every((row) => row !== undefined) ? rows : undefined
}

/** The field of a record, or the output of that number in a list; what has no fields is what is meant. */
export function partOf(container: unknown, field: string): unknown {
  if (container instanceof Tensor || ArrayBuffer.isView(container)) return container
  if (Array.isArray(container) && !/^\d+$/.test(field)) return container
  return typeof container === 'object' && container !== null ? Reflect.get(container, field) : container
}

async function rowsOfTensor(tensor: Tensor, batchSize: number, count: number): Promise<Row[] | undefined> {
  const [extent, ...shape] = tensor.shape
  const width = shape.reduce((product, size) => product * size, 1)
  if (extent !== batchSize || width === 0 || tensor.dtype === 'complex64') return undefined
  if (shape.filter((size) => size !== 1).length > 1 && width > shortRow) return undefined
  const values: (number | string)[] = Array.from(await readFirst(tensor, count))
  return Array.from({ length: count }, (_, index) => values.slice(index * width, (index + 1) * width))
}

async function rowsOfTensors(entries: readonly Tensor[]): Promise<Row[] | undefined> {
  const [first] = entries
  const isAlike = entries.every(
    ({ shape, dtype }) => dtype === first?.dtype && String(shape) === String(first.shape),
  )
  if (!isAlike || entries.length === 0) return undefined
  const all = stack([...entries])
  try {
    return await rowsOfTensor(all, entries.length, entries.length)
  } finally {
    all.dispose()
  }
}

function rowOf(entry: unknown): Row | undefined {
  const values = (isList(entry) ? Array.from(entry) : [entry]).map((value) =>
    typeof value === 'boolean' ? String(value) : value,
  )
  const row = values.filter((value) => typeof value === 'number' || typeof value === 'string')
  return row.length === values.length && row.length > 0 ? row : undefined
}

function areTensors(entries: readonly unknown[]): entries is readonly Tensor[] {
  return entries.every((entry) => entry instanceof Tensor)
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}
