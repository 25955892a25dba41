import fc from 'fast-check'
import { expect, it } from 'vitest'
import { nextOfEveryN } from './every.js'

it('nextOfEveryN names the first iteration from now on that is one of every so many', () => {
  const natural = fc.integer({ min: 0, max: 60 })
  fc.assert(
    fc.property(natural, fc.integer({ min: 1, max: 20 }), natural, (finished, interval, start) => {
      const isOne = (count: number) => count >= start && (count - start) % interval === 0
      let next = 1
      while (!isOne(finished + next)) next += 1
      expect(nextOfEveryN(finished, interval, start)).toBe(next)
    }),
  )
  expect(nextOfEveryN(3, -1)).toBe(Number.POSITIVE_INFINITY)
})
