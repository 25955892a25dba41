const words = new Map<string, unknown>([
  ['none', null],
  ['true', true],
  ['false', false],
])

/**
 * What the text behind the `=` of an override stands for: JSON where it is JSON; MMEngine's lists, `[a,b]`, `(a,b)` and
 * `a,b`, nested ones too; its words `None`, `True` and `False`; otherwise a text.
 */
export function overrideValue(text: string): unknown {
  const trimmed = text.trim()
  const json = jsonOf(trimmed)
  if (json !== undefined) return json.value
  const items = itemsOf(trimmed)
  if (items !== undefined) return items.map(overrideValue)
  const word = trimmed.toLowerCase()
  if (words.has(word)) return words.get(word)
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text
}

function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The items of a list, in brackets or not; undefined for what is none. */
function itemsOf(text: string): string[] | undefined {
  const inner = /^\[.*\]$|^\(.*\)$/s.test(text) && isOneBracket(text) ? text.slice(1, -1) : undefined
  const items = splitAtCommas(inner ?? text)
  if (items === undefined || (inner === undefined && items.length === 1)) return undefined
  // `(1,)` is Python's list of one.
  return items.at(-1)?.trim() === '' ? items.slice(0, -1) : items
}

/** True where the first bracket closes with the last character. */
function isOneBracket(text: string): boolean {
  return splitAtCommas(text.slice(1, -1)) !== undefined
}

const opening = '[({'
const closing = '])}'

/** Parts between the commas outside of brackets and quotes; undefined where brackets or quotes do not close. */
function splitAtCommas(text: string): string[] | undefined {
  const parts = ['']
  let depth = 0
  let quote = ''
  for (const character of text) {
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (opening.includes(character)) depth += 1
    else if (closing.includes(character)) depth -= 1
    if (depth < 0) return undefined
    if (character === ',' && depth === 0 && quote === '') parts.push('')
    else parts.push(`${parts.pop()}${character}`)
  }
  return depth === 0 && quote === '' ? parts : undefined
}
