import { describe, expect, it } from 'vitest'
import { toggleByteOrder } from './byte-order.js'

describe('toggleByteOrder', () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)

  it('reverses each value where the orders differ, in a copy', () => {
    expect([...toggleByteOrder(bytes, 2, false)]).toEqual([2, 1, 4, 3, 6, 5, 8, 7])
    expect([...toggleByteOrder(bytes, 4, false)]).toEqual([4, 3, 2, 1, 8, 7, 6, 5])
    expect([...toggleByteOrder(bytes, 8, false)]).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
    expect(bytes[0]).toBe(1)
  })

  it('gives the same view where nothing is to do', () => {
    expect(toggleByteOrder(bytes, 4, true)).toBe(bytes)
    expect(toggleByteOrder(bytes, 1, false)).toBe(bytes)
  })
})
