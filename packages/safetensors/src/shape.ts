import { itemSizeOf, type SafetensorsDtype } from './dtype.js'
import { SafetensorsError } from './errors.js'

/**
 * Bytes that a tensor's values take.
 * @throws SafetensorsError `HL_SAFETENSORS_SHAPE` for a dimension that is no whole number, or a size that
 * cannot be counted exactly
 */
export function byteLengthOf(dtype: SafetensorsDtype, shape: readonly number[], where: string): number {
  let byteLength = itemSizeOf(dtype)
  for (const dimension of shape) {
    if (!Number.isSafeInteger(dimension) || dimension < 0) {
      throw new SafetensorsError(
        'HL_SAFETENSORS_SHAPE',
        `${where} has the dimension ${dimension}; dimensions are whole numbers from 0 to 2^53 - 1`,
      )
    }
    byteLength *= dimension
    if (byteLength > Number.MAX_SAFE_INTEGER) {
      throw new SafetensorsError(
        'HL_SAFETENSORS_SHAPE',
        `${where} has a shape of more than 2^53 - 1 bytes, which no file can hold`,
      )
    }
  }
  return byteLength
}
