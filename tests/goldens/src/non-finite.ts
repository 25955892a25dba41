const numbers: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN }

/** A copy of JSON in which the texts inf, -inf and nan are the numbers that they stand for. */
export function withNonFinite(value: unknown): unknown {
  if (typeof value === 'string') return numbers[value] ?? value
  if (Array.isArray(value)) return value.map(withNonFinite)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNonFinite(item)]))
}
