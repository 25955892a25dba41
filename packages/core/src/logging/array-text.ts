/** Digits after the point at most, as NumPy shows them. */
const maxDigits = 8

/**
 * Numbers in nested lists as NumPy prints an array: aligned columns, a point after whole floats, a line for each row.
 * @param isFloat whether whole numbers get a point
 */
export function arrayText(value: unknown, isFloat: boolean): string {
  const text = (number: unknown) => numberText(number, isFloat)
  const texts = flat(value).map(text)
  const before = widest(texts.map((number) => partsOf(number)[0]))
  const after = widest(texts.map((number) => partsOf(number)[1]))
  // What has no digits, such as nan, stands at the right of the whole column.
  const width = Math.max(before + after, widest(texts.filter(isWord)))
  const aligned = (number: unknown) => {
    const [whole, rest] = partsOf(text(number))
    const digits = isWord(text(number)) ? text(number) : whole.padStart(before) + rest.padEnd(after)
    return digits.padStart(width)
  }
  return nested(value, aligned, 1)
}

function nested(value: unknown, aligned: (number: unknown) => string, depth: number): string {
  if (!Array.isArray(value)) return aligned(value).trim()
  const levels = levelsOf(value)
  if (levels === 1) return `[${value.map(aligned).join(' ')}]`
  const items = value.map((item) => nested(item, aligned, depth + 1))
  return `[${items.join('\n'.repeat(levels - 1) + ' '.repeat(depth))}]`
}

function levelsOf(value: unknown): number {
  return Array.isArray(value) ? 1 + levelsOf(value[0]) : 0
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(({ length }) => length))
}

function flat(value: unknown): unknown[] {
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value]
}

function isWord(text: string): boolean {
  return /[a-z]/i.test(text)
}

/** The digits before the point, and the point with what follows it; a word has neither. */
function partsOf(text: string): readonly [string, string] {
  if (isWord(text)) return ['', '']
  const point = text.indexOf('.')
  return point < 0 ? [text, ''] : [text.slice(0, point), text.slice(point)]
}

function numberText(value: unknown, isFloat: boolean): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'number') return String(value)
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (!isFloat) return String(value)
  const text = String(Number(value.toFixed(maxDigits)))
  return text.includes('.') ? text : `${text}.`
}
