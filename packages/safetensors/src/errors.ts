/** What a {@link SafetensorsError} is about; stable across versions. */
export type SafetensorsErrorCode =
  /** Fewer bytes than the header length, the header or the data need. */
  | 'HL_SAFETENSORS_TRUNCATED'
  /** More bytes than the header describes. */
  | 'HL_SAFETENSORS_TRAILING_BYTES'
  /** A header of more than 100,000,000 bytes, met in reading or asked for in writing. */
  | 'HL_SAFETENSORS_HEADER_TOO_LARGE'
  /** A header that is not UTF-8, or text with half a surrogate pair. */
  | 'HL_SAFETENSORS_UNICODE'
  /** A header that is not the JSON that the format prescribes. */
  | 'HL_SAFETENSORS_HEADER'
  /** The same key twice in one object of the header. */
  | 'HL_SAFETENSORS_DUPLICATE_KEY'
  /** An unknown dtype, or one that the given typed array cannot be stored as. */
  | 'HL_SAFETENSORS_DTYPE'
  /** A shape with something else than whole numbers, or with more bytes than can be counted exactly. */
  | 'HL_SAFETENSORS_SHAPE'
  /** Offsets that do not fit dtype and shape, or leave a hole or an overlap. */
  | 'HL_SAFETENSORS_OFFSETS'
  /** A tensor to be written under the reserved name `__metadata__`. */
  | 'HL_SAFETENSORS_NAME'
  /** Metadata to be written that are not strings. */
  | 'HL_SAFETENSORS_METADATA'
  /** Values whose number does not fit dtype and shape. */
  | 'HL_SAFETENSORS_SIZE'
  /** A value that the dtype cannot hold. */
  | 'HL_SAFETENSORS_VALUE'

/** Thrown for whatever is wrong with a file, or with what should become one; tell cases apart by `code`. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError'

  constructor(
    readonly code: SafetensorsErrorCode,
    message: string,
  ) {
    super(`${message}. (${code})`)
  }
}
