import { expect } from 'vitest'

/** Smaller values count as this one where deviations are told. */
const smallest = 1e-3
let largest: number | undefined

/** The largest deviation in proportion to the values since the last call; undefined when nothing was compared. */
export function takeLargestDeviation(): number | undefined {
  const deviation = largest
  largest = undefined
  return deviation
}

/**
 * Compares nested values; numbers may differ by `tolerance` relative to the larger one, or absolute below 1e-12.
 * A failure names the place.
 */
export function expectCloseTo(actual: unknown, expected: unknown, tolerance: number, path = 'value'): void {
  if (typeof expected === 'number') {
    expect(typeof actual, `${path} is a number`).toBe('number')
    noteDeviation(Number(actual), expected)
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

/** As {@link expectCloseTo}, for float32: a number may also differ absolutely. */
export function expectNear(
  actual: unknown,
  expected: unknown,
  tolerance: { readonly relative: number; readonly absolute: number },
  path = 'value',
): void {
  if (typeof expected === 'number' && Math.abs(Number(actual) - expected) <= tolerance.absolute) {
    noteDeviation(Number(actual), expected)
    return
  }
  if (Array.isArray(expected)) {
    const items: readonly unknown[] = Array.isArray(actual) ? actual : []
    expect(items.length, `length of ${path}`).toBe(expected.length)
    expected.forEach((item, index) => {
      expectNear(items[index], item, tolerance, `${path}[${index}]`)
    })
  } else if (typeof expected === 'object' && expected !== null) {
    const isRecord = typeof actual === 'object' && actual !== null
    for (const [key, item] of Object.entries(expected))
      expectNear(isRecord ? Reflect.get(actual, key) : undefined, item, tolerance, `${path}.${key}`)
  } else expectCloseTo(actual, expected, tolerance.relative, path)
}

function noteDeviation(actual: number, expected: number): void {
  const scale = Math.max(Math.abs(actual), Math.abs(expected), smallest)
  if (Number.isFinite(scale)) largest = Math.max(largest ?? 0, Math.abs(actual - expected) / scale)
}

function differsLittle(actual: number, expected: number, tolerance: number): boolean {
  if (Number.isNaN(actual) && Number.isNaN(expected)) return true
  const scale = Math.max(Math.abs(actual), Math.abs(expected))
  return Math.abs(actual - expected) <= Math.max(tolerance * scale, 1e-12)
}
