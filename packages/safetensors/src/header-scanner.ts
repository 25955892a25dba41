import { SafetensorsError, type SafetensorsErrorCode } from './errors.js'
import { isWellFormed, quote } from './text.js'

const space = 0x20
const quotationMark = 0x22
const backslash = 0x5c
const numberCharacters = '+-.0123456789Ee'
const wholeNumber = /^(?:0|[1-9]\d{0,15})$/

/**
 * Walks over the JSON of a header in one pass and knows only what headers are made of: objects, strings and
 * lists of whole numbers. Unlike `JSON.parse` it sees duplicate keys, and no nesting can overflow its stack.
 */
export class HeaderScanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The keys of an object, each once; the caller consumes the value before it asks for the next key. */
  *keys(where: string): Generator<string, void> {
    const seen = new Set<string>()
    this.#expect('{', where)
    if (this.#skip('}')) return
    do {
      const key = this.string(`a key in ${where}`)
      if (seen.has(key)) {
        throw new SafetensorsError(
          'HL_SAFETENSORS_DUPLICATE_KEY',
          `The key ${quote(key)} stands twice in ${where}`,
        )
      }
      seen.add(key)
      this.#expect(':', where)
      yield key
    } while (this.#skip(','))
    this.#expect('}', where)
  }

  /** A list of numbers from 0 to 2^53 - 1; anything else that looks like a number is an error of that code. */
  wholeNumbers(where: string, code: SafetensorsErrorCode): number[] {
    const numbers: number[] = []
    this.#expect('[', where)
    if (this.#skip(']')) return numbers
    do {
      numbers.push(this.#wholeNumber(where, code))
    } while (this.#skip(','))
    this.#expect(']', where)
    return numbers
  }

  string(where: string): string {
    this.#skipWhitespace()
    const start = this.#position
    if (this.#text.charCodeAt(start) !== quotationMark) throw this.#unexpected(`a string for ${where}`)
    const hasEscapes = this.#passString(where)
    if (!hasEscapes) return this.#text.slice(start + 1, this.#position - 1)
    return unescapeLiteral(this.#text.slice(start, this.#position), where)
  }

  /** The end of the header, which the format lets be padded with spaces and nothing else. */
  end(): void {
    while (this.#text.charCodeAt(this.#position) === space) this.#position++
    if (this.#position < this.#text.length) throw this.#unexpected('its end, or spaces up to it')
  }

  #passString(where: string): boolean {
    let hasEscapes = false
    for (let at = this.#position + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at)
      if (code === quotationMark) {
        this.#position = at + 1
        return hasEscapes
      }
      if (code < space) {
        this.#position = at
        throw this.#unexpected(`an escape for this control character in ${where}`)
      }
      if (code === backslash) {
        hasEscapes = true
        at++
      }
    }
    this.#position = this.#text.length
    throw this.#unexpected(`the closing quotation mark of ${where}`)
  }

  #wholeNumber(where: string, code: SafetensorsErrorCode): number {
    this.#skipWhitespace()
    const start = this.#position
    while (numberCharacters.includes(this.#text[this.#position] ?? '?')) this.#position++
    if (this.#position === start) throw this.#unexpected(`a number in ${where}`)
    const token = this.#text.slice(start, this.#position)
    const value = wholeNumber.test(token) ? Number(token) : Number.NaN
    if (Number.isSafeInteger(value)) return value
    throw new SafetensorsError(
      code,
      `There is ${quote(token)} in ${where}; allowed are whole numbers from 0 to 2^53 - 1`,
    )
  }

  #expect(character: string, where: string): void {
    if (!this.#skip(character)) throw this.#unexpected(`"${character}" in ${where}`)
  }

  #skip(character: string): boolean {
    this.#skipWhitespace()
    if (this.#text[this.#position] !== character) return false
    this.#position++
    return true
  }

  #skipWhitespace(): void {
    while (isWhitespace(this.#text.charCodeAt(this.#position))) this.#position++
  }

  #unexpected(wanted: string): SafetensorsError {
    const found = this.#text.slice(this.#position, this.#position + 20)
    return new SafetensorsError(
      'HL_SAFETENSORS_HEADER',
      `The header has ${found === '' ? 'its end' : quote(found)} at character ${this.#position}; expected ${wanted}`,
    )
  }
}

function isWhitespace(code: number): boolean {
  return code === space || code === 0x0a || code === 0x0d || code === 0x09
}

function unescapeLiteral(literal: string, where: string): string {
  let text: string
  try {
    text = JSON.parse(literal)
  } catch {
    throw new SafetensorsError(
      'HL_SAFETENSORS_HEADER',
      `There is an unknown escape in ${quote(literal)}, ${where}`,
    )
  }
  if (isWellFormed(text)) return text
  throw new SafetensorsError(
    'HL_SAFETENSORS_UNICODE',
    `There is half a surrogate pair in ${quote(literal)}, ${where}`,
  )
}
