import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinBytes } from './bytes.js'
import { inBlocks } from './write-blocks.js'

const mebibyte = 2 ** 20

describe('inBlocks', () => {
  it('loses nothing and changes no order, and joins what is small together', () => {
    const sizes = fc.array(fc.oneof(fc.nat(200), fc.constantFrom(mebibyte / 2, mebibyte, mebibyte + 1)), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(sizes, (lengths) => {
        const chunks = lengths.map((length, index) => new Uint8Array(length).fill(index + 1))
        const blocks = [...inBlocks(chunks)]
        expect(Buffer.compare(joinBytes(blocks), joinBytes(chunks))).toBe(0)
        blocks.forEach((block, index) => {
          const next = blocks[index + 1]
          if (next !== undefined) expect(block.byteLength + next.byteLength).toBeGreaterThan(mebibyte)
          if (block.byteLength > mebibyte) expect(chunks).toContain(block)
        })
      }),
      { numRuns: 50 },
    )
  })

  it('hands a chunk that stands alone on as it is', () => {
    const chunk = new Uint8Array(3)
    expect([...inBlocks([chunk])]).toEqual([chunk])
    expect([...inBlocks([chunk])][0]).toBe(chunk)
    expect([...inBlocks([])]).toEqual([])
  })
})
