import { HookloopError } from '../errors/hookloop-error.js'

/**
 * @param owner who was asked, for the message
 * @throws `HL_DATA_INDEX` unless `index` is that of one of `length` examples
 */
export function checkIndex(index: number, length: number, owner: string): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return
  throw new HookloopError(
    'HL_DATA_INDEX',
    `${owner}: the sampler asked for example ${index}, but there are ${length}: from 0 to ${length - 1}`,
  )
}
