import { Tensor } from '@tensorflow/tfjs-core'

/** Disposes every tensor in records and lists; typed arrays and class instances are not searched. */
export function disposeTensors(value: unknown): void {
  if (value instanceof Tensor) {
    if (!value.isDisposed) value.dispose()
  } else if (Array.isArray(value)) {
    for (const item of value) disposeTensors(item)
  } else if (isRecord(value)) {
    for (const key in value) disposeTensors(value[key])
  }
}

/** Fields of a batch with dtype and shape, for messages. */
export function describeTensors(value: unknown): string {
  if (value instanceof Tensor) return `${value.dtype} [${value.shape.join(', ')}]`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}`
  if (Array.isArray(value)) return `list of ${value.length}`
  if (!isRecord(value)) return value === null ? 'null' : typeof value
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${describeTensors(field)}`)
  return `{ ${fields.join(', ')} }`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
