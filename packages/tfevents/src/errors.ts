/** What a {@link TfeventsError} is about; stable across versions. */
export type TfeventsErrorCode =
  /** A tag that is no text, is empty, or holds half a surrogate pair. */
  | 'HL_TFEVENTS_TAG'
  /** A step that is no whole number from -(2^53 - 1) to 2^53 - 1. */
  | 'HL_TFEVENTS_STEP'
  /** A wall time that is no finite number of seconds, or one that was given in milliseconds. */
  | 'HL_TFEVENTS_WALL_TIME'
  /** A scalar that is no number. */
  | 'HL_TFEVENTS_VALUE'
  /** Bytes that are no whole PNG image. */
  | 'HL_TFEVENTS_PNG'
  /** Text that is no string, or holds half a surrogate pair. */
  | 'HL_TFEVENTS_TEXT'
  /** Values of a histogram that are none, or not finite. */
  | 'HL_TFEVENTS_HISTOGRAM'
  /** A hyperparameter without a name, or one that is no finite number, text or boolean. */
  | 'HL_TFEVENTS_HPARAMS'
  /** A part of a file name that file systems or TensorBoard cannot take. */
  | 'HL_TFEVENTS_FILE_NAME'

/** Thrown for whatever cannot be written as an event; tell cases apart by `code`. */
export class TfeventsError extends Error {
  override readonly name = 'TfeventsError'

  constructor(
    readonly code: TfeventsErrorCode,
    message: string,
  ) {
    super(`${message}. (${code})`)
  }
}
