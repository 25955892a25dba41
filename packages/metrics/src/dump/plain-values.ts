import { describeTensors, HookloopError, type Predictions } from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'

/**
 * The predictions of a batch, one per example, with numbers in nested lists in the place of tensors: from a tensor
 * `[batch, …]`, a record of such tensors or lists, or a list with an entry per example. What a record has once for the
 * batch goes to every example.
 * @throws `HL_DUMP_FORM` for predictions that do not tell how many examples they are about
 */
export async function plainPredictions(outputs: Predictions): Promise<unknown[]> {
  const plain = await plainValue(outputs)
  if (Array.isArray(plain)) return plain
  if (isRecord(plain)) {
    const fields = Object.entries(plain)
    const size = sizeOf(outputs)
    if (size !== undefined) {
      return Array.from({ length: size }, (_, index) =>
        Object.fromEntries(fields.map(([name, value]) => [name, entryOf(value, index, size)])),
      )
    }
  }
  throw new HookloopError(
    'HL_DUMP_FORM',
    'DumpResults wants predictions with an entry per example: a tensor [batch, …], a record of such tensors, or a list, ' +
      `but got ${describeTensors(outputs)}`,
  )
}

/** Tensors say best how many examples there are; else the first list does. */
function sizeOf(outputs: Predictions): number | undefined {
  const values = isRecord(outputs) ? Object.values(outputs) : []
  const tensor = values.find((value) => value instanceof Tensor && value.rank > 0)
  if (tensor instanceof Tensor) return tensor.shape[0]
  const list = values.find(isList)
  return list?.length
}

function entryOf(value: unknown, index: number, size: number): unknown {
  return Array.isArray(value) && value.length === size ? value[index] : value
}

async function plainValue(value: unknown): Promise<unknown> {
  if (value instanceof Tensor) return value.array()
  if (isList(value)) return Promise.all(Array.from(value, plainValue))
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(async ([name, field]) => [name, await plainValue(field)] as const)
  return Object.fromEntries(await Promise.all(entries))
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Tensor) && !isList(value)
}
