import type { SafetensorsDtype } from './dtype.js'
import type { SafetensorsFile, StoredTensor } from './file.js'

export type { SafetensorsDtype } from './dtype.js'
export { SafetensorsError, type SafetensorsErrorCode } from './errors.js'
export { MAX_HEADER_BYTES, type SafetensorsFile, type StoredTensor } from './file.js'

/** Where a tensor lies in a file. */
export interface TensorInfo {
  dtype: SafetensorsDtype
  shape: readonly number[]
  /** First byte, counted from the start of the data section. */
  begin: number
  /** One past the last byte, counted from the start of the data section. */
  end: number
}
/** What a header says. */
export interface SafetensorsHeader {
  /** In the order of their data. */
  tensors: Map<string, TensorInfo>
  metadata: Record<string, string>
  /** Where the data section starts, counted from the start of the file. */
  dataStart: number
  /** The length of the whole file. */
  byteLength: number
}
export interface EncodedFile {
  header: Uint8Array
  chunks: Uint8Array[]
  byteLength: number
}
export type StoredTypedArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | BigUint64Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
export declare function encode(file: SafetensorsFile): EncodedFile
export declare function encodeToBytes(file: SafetensorsFile): Uint8Array<ArrayBuffer>
export declare function decode(bytes: Uint8Array): SafetensorsFile
export declare function decodeHeader(bytes: Uint8Array): SafetensorsHeader
export declare function headerByteLength(bytes: Uint8Array): number
export declare function fromTypedArray(
  values: StoredTypedArray | Uint8ClampedArray,
  shape: readonly number[],
  dtype?: SafetensorsDtype,
): StoredTensor
export declare function toTypedArray(tensor: StoredTensor): StoredTypedArray
