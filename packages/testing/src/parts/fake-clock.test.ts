import { expect, it } from 'vitest'
import { FakeClock } from './fake-clock.js'

it('shows its time in the place of the real one, until it is taken away', () => {
  const clock = new FakeClock(Date.UTC(2030, 5, 1))
  const { Date: RealDate } = globalThis
  const restore = clock.install()
  try {
    expect(Date.now()).toBe(Date.UTC(2030, 5, 1))
    expect(new Date().toISOString()).toBe('2030-06-01T00:00:00.000Z')
    const began = performance.now()
    clock.advance(1500)
    expect(performance.now() - began).toBe(1500)
    expect(new Date().toISOString()).toBe('2030-06-01T00:00:01.500Z')
    expect(clock.seconds()).toBe(Date.UTC(2030, 5, 1) / 1000 + 1.5)
    expect(new Date(0).getTime()).toBe(0)
    expect(new Date() instanceof Date).toBe(true)
    expect(Date.UTC(1970, 0, 1)).toBe(0)
  } finally {
    restore()
  }
  expect(globalThis.Date).toBe(RealDate)
  expect(Math.abs(Date.now() - Date.UTC(2030, 5, 1))).toBeGreaterThan(1500)
})

it('goes forwards only', () => {
  expect(() => new FakeClock().advance(-1)).toThrow(RangeError)
})
