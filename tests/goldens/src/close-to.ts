import { expect } from 'vitest'

/**
 * Compares nested values; numbers may differ by `tolerance` relative to the larger one, or absolute below 1e-12.
 * A failure names the place.
 */
export function expectCloseTo(actual: unknown, expected: unknown, tolerance: number, path = 'value'): void {
  if (typeof expected === 'number') {
    expect(typeof actual, `${path} is a number`).toBe('number')
    const isClose = Object.is(actual, expected) || differsLittle(Number(actual), expected, tolerance)
    if (!isClose) expect(actual, `${path} within ${tolerance}`).toBe(expected)
  } else if (Array.isArray(expected)) {
    expect(Array.isArray(actual), `${path} is a list`).toBe(true)
    const items: readonly unknown[] = Array.isArray(actual) ? actual : []
    expect(items.length, `length of ${path}`).toBe(expected.length)
    expected.forEach((item, index) => {
      expectCloseTo(items[index], item, tolerance, `${path}[${index}]`)
    })
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, item] of Object.entries(expected)) {
      const found: unknown =
        typeof actual === 'object' && actual !== null ? Reflect.get(actual, key) : undefined
      expectCloseTo(found, item, tolerance, `${path}.${key}`)
    }
  } else {
    expect(actual, path).toBe(expected)
  }
}

function differsLittle(actual: number, expected: number, tolerance: number): boolean {
  if (Number.isNaN(actual) && Number.isNaN(expected)) return true
  const scale = Math.max(Math.abs(actual), Math.abs(expected))
  return Math.abs(actual - expected) <= Math.max(tolerance * scale, 1e-12)
}
