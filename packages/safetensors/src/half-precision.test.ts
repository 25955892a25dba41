import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bfloat16ToFloat32, float16ToFloat32, float32ToBfloat16, float32ToFloat16 } from './half-precision.js'

const allPatterns = Uint16Array.from({ length: 65536 }, (_, pattern) => pattern)
const bits32 = fc.nat(0xffffffff).map((pattern) => new Float32Array(Uint32Array.of(pattern).buffer))

/** The value of a pattern by the definition of IEEE 754. */
function definedValue(pattern: number, exponentBits: number, fractionBits: number): number {
  const sign = pattern >> 15 ? -1 : 1
  const exponent = (pattern >> fractionBits) & (2 ** exponentBits - 1)
  const fraction = (pattern & (2 ** fractionBits - 1)) / 2 ** fractionBits
  const bias = 2 ** (exponentBits - 1) - 1
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : Number.NaN
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias)
}

describe.each([
  { name: 'float16', widen: float16ToFloat32, narrow: float32ToFloat16, exponentBits: 5, fractionBits: 10 },
  { name: 'bfloat16', widen: bfloat16ToFloat32, narrow: float32ToBfloat16, exponentBits: 8, fractionBits: 7 },
])('$name', ({ widen, narrow, exponentBits, fractionBits }) => {
  const values = widen(allPatterns)
  const infinity = (2 ** exponentBits - 1) << fractionBits

  it('has for each of the 65536 patterns the value that IEEE 754 defines', () => {
    const expected = Float32Array.from(allPatterns, (pattern) =>
      definedValue(pattern, exponentBits, fractionBits),
    )
    expect(values).toEqual(expected)
  })

  it('narrows each of its own values to itself, and NaN to NaN', () => {
    const narrowed = narrow(values)
    const differing = allPatterns.filter((pattern) => narrowed[pattern] !== pattern)
    expect(differing.every((pattern) => Number.isNaN(values[pattern]))).toBe(true)
    expect(widen(narrowed)).toEqual(values)
  })

  it('rounds each midpoint of neighbours to the even one, and what is beside it to the nearer', () => {
    // The upper neighbour of the largest finite value is the power of two that infinity stands for.
    const upper = (pattern: number) =>
      pattern === infinity ? 2 ** (2 ** (exponentBits - 1)) : (values[pattern] ?? 0)
    for (let low = 0; low < infinity; low++) {
      const middle = Math.fround((upper(low) + upper(low + 1)) / 2)
      if (middle !== (upper(low) + upper(low + 1)) / 2) continue
      const [pattern = 0] = new Uint32Array(Float32Array.of(middle).buffer)
      const around = new Float32Array(Uint32Array.of(pattern - 1, pattern, pattern + 1).buffer)
      expect([...narrow(around)]).toEqual([low, low + (low % 2), low + 1])
      expect([...narrow(around.map((value) => -value))]).toEqual(
        [low, low + (low % 2), low + 1].map((magnitude) => magnitude | 0x8000),
      )
    }
  })

  it('gives a nearest value for any float32', () => {
    fc.assert(
      fc.property(bits32, (source) => {
        const [value = 0] = source
        const [pattern = 0] = narrow(source)
        const rounded = values[pattern] ?? 0
        if (!Number.isFinite(rounded)) {
          expect(Number.isNaN(rounded)).toBe(Number.isNaN(value))
          return
        }
        const error = Math.abs(rounded - value)
        for (const neighbour of [values[pattern - 1], values[pattern + 1]]) {
          if (neighbour !== undefined && Number.isFinite(neighbour)) {
            expect(error).toBeLessThanOrEqual(Math.abs(neighbour - value))
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})
