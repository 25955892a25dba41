import { stack, Tensor, tensor } from '@tensorflow/tfjs-core'
import { isFloatArray, isTypedArray } from '../data/typed-array.js'
import { describeTensors } from '../engine/tensors.js'
import { HookloopError } from '../errors/hookloop-error.js'

/** What a metric reads, and for messages who reads it. */
export interface FieldReading {
  /** Name of the metric. */
  readonly metric: string
  readonly field: string
  /** The option of the metric that names another field. */
  readonly option?: string
}

/**
 * A field of a batch or of predictions as one tensor `[batch, …]`; the caller disposes it.
 *
 * The field may be a tensor, or numbers, lists of numbers and tensors of one shape in a list with an entry per example
 * (int32 where all numbers are whole, else float32). Predictions may also be what would be in the field, without a record
 * around it, or a list with a record per example.
 * @throws `HL_METRIC_FIELD` where there are no such numbers
 */
export function readTensor(source: unknown, reading: FieldReading): Tensor {
  const value = fieldValue(source, reading.field)
  if (value instanceof Tensor && isNumeric(value)) return value.clone()
  if (Array.isArray(value) && value.length > 0 && value.every(isNumericTensor) && haveOneShape(value))
    return stack(value)
  const numbers = numbersOf(value)
  if (numbers === undefined) throw withoutNumbers(source, reading)
  const { values, shape, isInteger } = numbers
  return tensor(values, [...shape], isInteger ? 'int32' : 'float32')
}

function fieldValue(source: unknown, field: string): unknown {
  if (source instanceof Tensor) return source
  if (Array.isArray(source)) return source.map((entry) => (isRecord(entry) ? entry[field] : entry))
  return isRecord(source) ? source[field] : source
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof Tensor)
  )
}

function isNumericTensor(value: unknown): value is Tensor {
  return value instanceof Tensor && isNumeric(value)
}

function isNumeric({ dtype }: Tensor): boolean {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool'
}

function haveOneShape(tensors: readonly { readonly shape: readonly number[] }[]): boolean {
  return new Set(tensors.map(({ shape }) => shape.join())).size <= 1
}

/** Numbers of a tensor that is still to be made, row-major. */
interface Numbers {
  readonly values: number[]
  readonly shape: readonly number[]
  readonly isInteger: boolean
}

const greatestInt32 = 2 ** 31 - 1

/** Undefined for what is no number and no list of them with one shape. */
function numbersOf(value: unknown): Numbers | undefined {
  if (typeof value === 'number')
    return {
      values: [value],
      shape: [],
      isInteger: Number.isInteger(value) && Math.abs(value) <= greatestInt32,
    }
  if (isTypedArray(value)) {
    // What 32 bits without a sign hold need not fit into an int32.
    const isInteger = !isFloatArray(value) && !(value instanceof Uint32Array)
    return { values: Array.from(value), shape: [value.length], isInteger }
  }
  if (!Array.isArray(value)) return undefined
  const parts = value.map(numbersOf)
  if (!parts.every((part) => part !== undefined) || !haveOneShape(parts)) return undefined
  return {
    values: parts.flatMap(({ values }) => values),
    shape: [parts.length, ...(parts[0]?.shape ?? [])],
    isInteger: parts.every(({ isInteger }) => isInteger),
  }
}

function withoutNumbers(source: unknown, { metric, field, option }: FieldReading): HookloopError {
  const remedy = option === undefined ? '' : `; name another field with its option \`${option}\``
  return new HookloopError(
    'HL_METRIC_FIELD',
    `${metric} wants a tensor, or a list of numbers of one shape, in the field '${field}', but found ` +
      `${describe(source)}${remedy}`,
  )
}

function describe(source: unknown): string {
  return Array.isArray(source) && source.length > 0
    ? `a list of ${describeTensors(source[0])}`
    : describeTensors(source)
}
