import { describe, expect, it } from 'vitest'
import { priorityLabel, priorityNumber } from './priority.js'

describe('priorityNumber', () => {
  it.each([
    ['HIGHEST', 0],
    ['very_high', 10],
    ['NORMAL', 50],
    ['Lowest', 100],
    [0, 0],
    [77, 77],
  ])('%s is %d', (given, number) => {
    expect(priorityNumber(JSON.parse(JSON.stringify(given)))).toBe(number)
  })

  it.each(['SOON', 101, -1, 1.5, null])('refuses %s', (given) => {
    expect(() => priorityNumber(JSON.parse(JSON.stringify(given)))).toThrow(/0 .* 100.*HL_PRIORITY/)
  })

  it('has labels for named numbers', () => {
    expect([priorityLabel(10), priorityLabel(11)]).toEqual(['VERY_HIGH', '11'])
  })
})
