import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compiled, present } from '../assembly/build.mjs'
import type { BackendWasm } from '../src/backend.js'
import { plainProducts, productsOf } from '../src/products.js'

const memory = new WebAssembly.Memory({ initial: 2 })
const heap = new Float32Array(memory.buffer)
// What the products need of a backend is its memory.
const fast = productsOf({ wasm: { asm: { memory } } } as unknown as BackendWasm)
const plain = plainProducts(memory)

/** Matrices one after the other, with gaps at the ends of rows that must stay as they are. */
const sizes = fc.record({
  rows: fc.integer({ min: 0, max: 11 }),
  // Longer than a partial sum, too.
  inner: fc.oneof(fc.integer({ min: 0, max: 19 }), fc.integer({ min: 250, max: 600 })),
  columns: fc.integer({ min: 0, max: 29 }),
  gap: fc.integer({ min: 0, max: 3 }),
  seed: fc.integer({ min: 1, max: 1000 }),
})
const [a, b, c] = [0, 4 * 9000, 4 * 30_000]

function filled(seed: number): Float32Array {
  return heap.map((_, i) => Math.sin(seed * 12.9898 + i * 78.233))
}

function after(seed: number, action: () => void): number[] {
  heap.set(filled(seed))
  action()
  return [...heap]
}

/** As part of the largest value, or of 1. */
function largestDifference(values: readonly number[], expected: readonly number[]): number {
  const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
  const difference = (value: number, i: number) => Math.abs(value - (expected[i] ?? Number.NaN))
  return values.reduce((most, value, i) => Math.max(most, difference(value, i)), 0) / largest
}

describe('products in the heap', () => {
  it('add what the definition says, and touch nothing else', () => {
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ rows, inner, columns, gap, seed }, isTransposed) => {
        const [aRow, aStep] = isTransposed ? [4, 4 * (rows + gap)] : [4 * (inner + gap), 4]
        const bcRow = 4 * (columns + gap)
        const before = filled(seed)
        const expected = [...before]
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++)
            for (let i = 0; i < inner; i++) {
              const at = (c + row * bcRow) / 4 + column
              const left = before[(a + row * aRow + i * aStep) / 4] ?? 0
              expected[at] = (expected[at] ?? 0) + left * (before[(b + i * bcRow) / 4 + column] ?? 0)
            }
        for (const products of [fast, plain]) {
          const values = after(seed, () =>
            products.multiplyAdd(a, aRow, aStep, b, bcRow, c, bcRow, rows, inner, columns),
          )
          expect(largestDifference(values, expected)).toBeLessThan(1e-5)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('are the same with the right side transposed', () => {
    fc.assert(
      fc.property(sizes, ({ rows, inner, columns, gap, seed }) => {
        const [row, cRow] = [4 * (inner + gap), 4 * (columns + gap)]
        const results = [fast, plain].map((products) =>
          after(seed, () => products.multiplyAddTransposed(a, row, b, row, c, cRow, rows, inner, columns)),
        )
        const byDefinition = after(seed, () => {
          for (let column = 0; column < columns; column++)
            plain.multiplyAdd(a, row, 4, b + column * row, 4, c + 4 * column, cRow, rows, inner, 1)
        })
        for (const values of results) expect(largestDifference(values, byDefinition)).toBeLessThan(1e-5)
      }),
      { numRuns: 30 },
    )
  })

  it('come with sums', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3000 }), fc.nat({ max: 50 }), (count, from) => {
        heap.set(filled(3))
        const expected = heap.subarray(from, from + count).reduce((sum, value) => sum + value, 0)
        for (const { sum } of [fast, plain]) expect(sum(4 * from, count)).toBeCloseTo(expected, 9)
      }),
    )
  })

  it('are what their source says', async () => {
    expect(await compiled()).toBe(present())
  })

  it('tell where the heap cannot be reached', () => {
    expect(() => productsOf({ wasm: { asm: {} } } as unknown as BackendWasm)).toThrow(/without threads/)
  })
})
