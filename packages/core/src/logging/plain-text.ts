import { Tensor } from '@tensorflow/tfjs-core'
import { formatFixed } from './number-format.js'

/** A value of a log line, written as MMEngine writes it: floats with digits, arrays on lines of their own. */
export function logText(value: unknown, digits: number): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return formatFixed(value, digits)
  if (value instanceof Tensor) return `\n${arrayText(value.arraySync())}\n`
  if (ArrayBuffer.isView(value) && Symbol.iterator in value)
    return `\n${arrayText(Array.from(numbersOf(value)))}\n`
  return typeof value === 'string' ? value : literal(value)
}

function* numbersOf(value: object): Iterable<number> {
  if (
    value instanceof Float32Array ||
    value instanceof Float64Array ||
    value instanceof Int32Array ||
    value instanceof Uint8Array
  ) {
    yield* value
  }
}

function arrayText(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(arrayText).join(' ')}]` : String(value)
}

/** A value inside of a list or record: texts in quotes. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object') return String(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `'${key}': ${literal(item)}`)
    .join(', ')}}`
}
