const longestQuote = 60
const loneSurrogate = /\p{Surrogate}/u

/** Whether a string can be written as UTF-8 without loss. */
export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text)
}

/** Text from outside, made fit for an error message: quoted, escaped and cut. */
export function quote(text: string): string {
  return text.length > longestQuote ? `${JSON.stringify(text.slice(0, longestQuote))}…` : JSON.stringify(text)
}

/**
 * Orders strings by code points, as their UTF-8 bytes compare; JavaScript's own order puts characters beyond
 * U+FFFF before those from U+E000 on.
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = codePointRank(left.charCodeAt(at)) - codePointRank(right.charCodeAt(at))
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/** Moves surrogates, which stand for the highest code points, behind all other code units. */
function codePointRank(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit
}
