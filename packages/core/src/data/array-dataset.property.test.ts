import '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ArrayField, gatherRows } from './array-dataset.js'

const kinds = [Float32Array, Int32Array, Uint8Array] as const

/** A field with indices into it, of which some follow each other, and rows on both sides of what is small. */
const gathers = fc
  .record({
    Values: fc.constantFrom(...kinds),
    count: fc.integer({ min: 1, max: 12 }),
    shape: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
    isRun: fc.boolean(),
  })
  .chain(({ Values, count, shape, isRun }) => {
    const size = shape.reduce((product, extent) => product * extent, 1)
    const values = new Values(count * size)
    for (let place = 0; place < values.length; place++) values[place] = (place * 7) % 251
    const any = fc.array(fc.nat(count - 1), { maxLength: 20 })
    const run = fc
      .tuple(fc.nat(count - 1), fc.nat(count - 1))
      .map(([one, other]) =>
        Array.from({ length: Math.abs(one - other) + 1 }, (_, row) => Math.min(one, other) + row),
      )
    return fc.record({
      field: fc.constant<ArrayField>({ values, shape }),
      indices: isRun ? run : any,
      size: fc.constant(size),
    })
  })

describe('gatherRows', () => {
  it('gives the rows that were asked for, in that order', () => {
    fc.assert(
      fc.property(gathers, ({ field, indices, size }) => {
        const rows: Tensor = gatherRows(field, indices)
        const expected = indices.flatMap((index) => [
          ...field.values.subarray(index * size, (index + 1) * size),
        ])
        expect([...rows.dataSync()]).toEqual(expected)
        expect(rows.shape).toEqual([indices.length, ...(field.shape ?? [])])
        expect(rows.dtype).toBe(field.values instanceof Float32Array ? 'float32' : 'int32')
        rows.dispose()
      }),
    )
  })

  it('leaves the field alone when somebody writes into what a batch gives', () => {
    const field = { values: Float32Array.of(1, 2, 3) }
    for (const indices of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const rows = gatherRows(field, indices)
      rows.dataSync().fill(9)
      rows.dispose()
    }
    expect([...field.values]).toEqual([1, 2, 3])
  })
})
