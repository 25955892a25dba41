import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareCodePoints, isWellFormed, quote } from './text.js'

const text = fc.string({ unit: 'binary' })

describe('compareCodePoints', () => {
  it('orders as UTF-8 bytes do', () => {
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareCodePoints(left, right))).toBe(
          Buffer.compare(Buffer.from(left), Buffer.from(right)),
        )
      }),
      { numRuns: 1000, examples: [['\uffff', '😀']] },
    )
  })
})

describe('isWellFormed', () => {
  it('is true of what survives UTF-8', () => {
    const codeUnits = fc.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff })))
    fc.assert(
      fc.property(codeUnits, (units) => {
        const candidate = String.fromCharCode(...units)
        expect(isWellFormed(candidate)).toBe(Buffer.from(candidate).toString() === candidate)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('quote', () => {
  it('escapes control characters and cuts long text', () => {
    expect(quote('a\n"')).toBe('"a\\n\\""')
    expect(quote('x'.repeat(61))).toBe(`"${'x'.repeat(60)}"…`)
  })
})
