import { expect } from 'vitest'

/** How far numbers may differ: relative to the larger of the two, and in any case absolutely. */
export interface Tolerance {
  readonly relative: number
  readonly absolute: number
}

/**
 * Compares nested values; numbers may differ by `tolerance` relative to the larger one, or absolute below 1e-12.
 * A failure names the place.
 */
export function expectCloseTo(actual: unknown, expected: unknown, tolerance: number, path = 'value'): void {
  expectNear(actual, expected, { relative: tolerance, absolute: 1e-12 }, path)
}

/** As {@link expectCloseTo}, for float32: a number may also differ absolutely. */
export function expectNear(actual: unknown, expected: unknown, tolerance: Tolerance, path = 'value'): void {
  if (typeof expected === 'number') expectNumber(actual, expected, tolerance, path)
  else if (Array.isArray(expected)) {
    expect(Array.isArray(actual), `${path} is a list`).toBe(true)
    const items: readonly unknown[] = Array.isArray(actual) ? actual : []
    expect(items.length, `length of ${path}`).toBe(expected.length)
    expected.forEach((item, index) => {
      expectNear(items[index], item, tolerance, `${path}[${index}]`)
    })
  } else if (typeof expected === 'object' && expected !== null) {
    const isRecord = typeof actual === 'object' && actual !== null
    for (const [key, item] of Object.entries(expected))
      expectNear(isRecord ? Reflect.get(actual, key) : undefined, item, tolerance, `${path}.${key}`)
  } else expect(actual, path).toBe(expected)
}

let largestDeviation: number | undefined

/**
 * The largest deviation of numbers that were compared since the last call: relative to the larger of the two, or to
 * `absolute / relative` where both are smaller than that. Undefined when none were compared.
 */
export function takeLargestDeviation(): number | undefined {
  const deviation = largestDeviation
  largestDeviation = undefined
  return deviation
}

function expectNumber(actual: unknown, expected: number, tolerance: Tolerance, path: string): void {
  expect(typeof actual, `${path} is a number`).toBe('number')
  largestDeviation ??= 0
  if (Object.is(actual, expected)) return
  const found = Number(actual)
  const scale = Math.max(Math.abs(found), Math.abs(expected), tolerance.absolute / tolerance.relative)
  const deviation = Math.abs(found - expected) / scale
  if (Number.isFinite(deviation)) largestDeviation = Math.max(largestDeviation, deviation)
  if (!(deviation <= tolerance.relative))
    expect(actual, `${path} within ${tolerance.relative}`).toBe(expected)
}
