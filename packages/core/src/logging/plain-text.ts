import { Tensor } from '@tensorflow/tfjs-core'
import { arrayText } from './array-text.js'
import { formatFixed } from './number-format.js'

/** A value of a log line, written as MMEngine writes it: floats with digits, arrays on lines of their own. */
export function logText(value: unknown, digits: number): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return formatFixed(value, digits)
  if (value instanceof Tensor) return `\n${arrayText(value.arraySync(), value.dtype === 'float32')}\n`
  if (isNumbers(value)) return `\n${arrayText([...value], isFloats(value))}\n`
  return typeof value === 'string' ? value : literal(value)
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

function isNumbers(value: unknown): value is Iterable<number> & ArrayBufferView {
  return ArrayBuffer.isView(value) && Symbol.iterator in value
}

function isFloats(value: ArrayBufferView): boolean {
  return value instanceof Float32Array || value instanceof Float64Array
}
