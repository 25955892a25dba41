import { Tensor } from '@tensorflow/tfjs-core'

/** JSON in which tensors and arrays of numbers are lists. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item instanceof Tensor) return item.arraySync()
    return isNumbers(item) ? [...item] : item
  })
}

function isNumbers(value: unknown): value is Iterable<number> {
  return ArrayBuffer.isView(value) && Symbol.iterator in value
}
