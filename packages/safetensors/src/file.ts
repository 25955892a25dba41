import type { SafetensorsDtype } from './dtype.js'

/** One tensor as it lies in a file. */
export interface StoredTensor {
  dtype: SafetensorsDtype
  /** `[]` is a scalar. */
  shape: readonly number[]
  /** Raw little-endian bytes of the values, row-major. */
  bytes: Uint8Array
}

/** All that a file holds. */
export interface SafetensorsFile {
  tensors: Map<string, StoredTensor>
  metadata: Record<string, string>
}

/** The longest header that readers of the format accept, in bytes of JSON. */
export const MAX_HEADER_BYTES = 100_000_000

/** The number of bytes in front of the JSON that hold its length. */
export const LENGTH_BYTES = 8

/** The only key of a header that does not name a tensor. */
export const METADATA_KEY = '__metadata__'

/** The data start at a multiple of this, so that typed arrays of any width can view them. */
export const ALIGNMENT = 8
