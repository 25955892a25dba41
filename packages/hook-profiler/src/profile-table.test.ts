import { describe, expect, it } from 'vitest'
import { Profile } from './profile.js'
import { profileTable } from './profile-table.js'
import type { Span } from './span.js'

const spans: readonly Span[] = [
  { kind: 'iteration', name: 'iteration', within: 'train', begin: 0, end: 10 },
  { kind: 'part', name: 'data', within: 'train', begin: 0, end: 2 },
  { kind: 'hook', name: 'B', point: 'afterTrainIter', within: 'train', begin: 9, end: 9.25 },
  { kind: 'hook', name: 'A', point: 'afterTrainIter', within: 'train', begin: 9.25, end: 10 },
  { kind: 'iteration', name: 'iteration', within: 'train', begin: 10, end: 20 },
  { kind: 'hook', name: 'A', point: 'afterTrainIter', within: 'train', begin: 19.75, end: 20 },
  { kind: 'hook', name: 'A', point: 'afterTrainEpoch', begin: 20, end: 23 },
]
const profile = new Profile({ experimentName: 'x', rank: 0 }, 1, { begin: 0, end: 23, spans })

describe('summaries', () => {
  it('count calls, times, and shares of the iterations in which something lies', () => {
    expect(profile.rows).toEqual([
      { kind: 'iteration', name: 'iteration', point: '', calls: 2, total: 20, mean: 10, share: 1 },
      { kind: 'part', name: 'data', point: '', calls: 1, total: 2, mean: 2, share: 0.1 },
      { kind: 'hook', name: 'B', point: 'afterTrainIter', calls: 1, total: 0.25, mean: 0.25, share: 0.0125 },
      { kind: 'hook', name: 'A', point: 'afterTrainIter', calls: 2, total: 1, mean: 0.5, share: 0.05 },
      { kind: 'hook', name: 'A', point: 'afterTrainEpoch', calls: 1, total: 3, mean: 3, share: undefined },
    ])
    expect(profile.iterations).toBe(2)
  })

  it('know no share where iterations took no time that the clock could tell', () => {
    const instant = spans.map((span) => ({ ...span, end: span.begin }))
    const { rows } = new Profile(profile.origin, 1, { begin: 0, end: 0, spans: instant })
    expect(rows.map(({ share }) => share)).toEqual(rows.map(() => undefined))
  })
})

describe('profileTable', () => {
  it('has the largest total first', () => {
    expect(profileTable(profile)).toBe(
      [
        'Profile 1: 2 training iterations in 23.000 ms',
        'name       at               calls  total ms  mean ms  of iteration',
        'iteration                       2    20.000   10.000       100.0 %',
        'A          afterTrainEpoch      1     3.000    3.000',
        'data                            1     2.000    2.000        10.0 %',
        'A          afterTrainIter       2     1.000    0.500         5.0 %',
        'B          afterTrainIter       1     0.250    0.250         1.3 %',
      ].join('\n'),
    )
  })

  it.each([
    ['name', ['A', 'A', 'B', 'data', 'iteration']],
    ['mean', ['iteration', 'A', 'data', 'A', 'B']],
    ['calls', ['iteration', 'A', 'data', 'B', 'A']],
  ] as const)('sorts by %s', (sortBy, names) => {
    const lines = profileTable(profile, { sortBy }).split('\n').slice(2)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(names)
  })

  it('says how many rows are left out', () => {
    expect(profileTable(profile, { limit: 4 }).split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^A +afterTrainIter/),
      '… and 1 more rows',
    ])
  })
})
