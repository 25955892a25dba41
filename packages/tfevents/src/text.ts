const longestQuote = 60
const loneSurrogate = /\p{Surrogate}/u

/** Whether a string can be written as UTF-8 without loss. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text)
}

/** A value from outside, made fit for an error message: text is quoted, escaped and cut. */
export function quote(value: unknown): string {
  if (typeof value !== 'string') return `${value === null ? '' : `${typeof value} `}${String(value)}`
  return value.length > longestQuote
    ? `${JSON.stringify(value.slice(0, longestQuote))}…`
    : JSON.stringify(value)
}
