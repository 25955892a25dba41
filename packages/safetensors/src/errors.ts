/** What a {@link SafetensorsError} is about; stable across versions. */
export type SafetensorsErrorCode =
  /** Fewer bytes than the header length, the header or the data need. */
  | 'HL_SAFETENSORS_TRUNCATED'
  /** More bytes than the header describes. */
  | 'HL_SAFETENSORS_TRAILING_BYTES'
  /** A header over {@link MAX_HEADER_BYTES}, met in reading or asked for in writing. */
  | 'HL_SAFETENSORS_HEADER_TOO_LARGE'
  /** A header that is not valid UTF-8, or text with a lone surrogate. */
  | 'HL_SAFETENSORS_UNICODE'
  /** A header that is not JSON, or does not start with `{`. */
  | 'HL_SAFETENSORS_JSON'
  /** The same key twice in one JSON object. */
  | 'HL_SAFETENSORS_DUPLICATE_KEY'
  /** A tensor entry with an unknown or missing field, or a reserved tensor name. */
  | 'HL_SAFETENSORS_ENTRY'
  /** `__metadata__` that is not a map of strings to strings. */
  | 'HL_SAFETENSORS_METADATA'
  /** An unknown dtype, or a dtype that the given typed array cannot be stored as. */
  | 'HL_SAFETENSORS_DTYPE'
  /** A shape that is not a list of whole numbers, or has more elements than can be counted exactly. */
  | 'HL_SAFETENSORS_SHAPE'
  /** Offsets that do not fit dtype and shape, or leave a hole or an overlap. */
  | 'HL_SAFETENSORS_OFFSETS'
  /** Values whose number or size does not fit dtype and shape. */
  | 'HL_SAFETENSORS_SIZE'
  /** A value that the dtype cannot hold. */
  | 'HL_SAFETENSORS_VALUE'

/** Thrown for everything that is wrong with a file or with what should become one; tell cases apart by `code`. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError'

  constructor(
    readonly code: SafetensorsErrorCode,
    message: string,
  ) {
    super(`${message} (${code})`)
  }
}
