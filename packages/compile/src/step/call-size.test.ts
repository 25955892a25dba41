import { describe, expect, it } from 'vitest'
import { callSize, largestCallSize } from './call-size.js'

describe('callSize', () => {
  const fast = { startMs: 50, fastestMs: 0.3, numRuns: 10 }

  it('is what the user says', () => {
    expect(callSize(5, { ...fast, numRuns: 0, fastestMs: 20 }, 1)).toBe(5)
    expect(largestCallSize(5)).toBe(5)
  })

  it('is known after some runs where it is left open: eight for fast steps of long runs', () => {
    expect(callSize('auto', { ...fast, numRuns: 9 }, 10_000)).toBeUndefined()
    expect(callSize('auto', fast, 10_000)).toBe(8)
    expect(callSize('auto', fast, 3000)).toBe(1)
    expect(callSize('auto', { ...fast, fastestMs: 9 }, 1_000_000)).toBe(1)
    expect(largestCallSize('auto')).toBe(8)
  })
})
