/** What a check has found. */
export interface Finding {
  /** What it is about, such as `engine`. */
  readonly topic: string
  /** Only a problem makes the doctor fail. */
  readonly status: 'ok' | 'warning' | 'problem'
  readonly text: string
  /** What to do about it. */
  readonly remedy?: string
}
