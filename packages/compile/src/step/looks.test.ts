import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LookBudget } from './look-budget.js'
import { Looks, nextLook } from './looks.js'

/** The runs that are looked at, up to a number of runs. */
function looksUntil(runs: number): number[] {
  const found: number[] = []
  for (let look = nextLook(0); look < runs; look = nextLook(look)) found.push(look)
  return found
}

describe('nextLook', () => {
  it('comes at each of the first runs, then farther and farther apart', () => {
    expect(looksUntil(4000)).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987],
      ...[1984, 2981, 3978],
    ])
  })

  it('meets each beat of every rhythm: within eight runs where it is short', () => {
    const beats = (looks: number[], length: number) => new Set(looks.map((run) => run % length)).size
    for (let length = 2; length <= 8; length++) expect(beats(looksUntil(9), length)).toBe(length)
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 200 }), (length) => {
        expect(beats(looksUntil(1000 * (length + 1)), length)).toBe(length)
      }),
    )
  })

  it('is the next one whatever number it is asked for', () => {
    expect([9, 13, 500, 986, 987, 1500, 1984].map(nextLook)).toEqual([13, 21, 610, 987, 1984, 1984, 2981])
  })
})

describe('Looks', () => {
  it('are due at the first run of an epoch too, as long as they have cost little', () => {
    let time = 0
    const budget = new LookBudget(() => time)
    const looks = new Looks(budget)
    looks.restart(0, 0)
    for (let run = 1; run <= 21; run++) if (looks.isDue(run, 0)) looks.note(run, 0)
    expect([looks.isDue(22, 0), looks.isDue(22, 1)]).toEqual([false, true])
    budget.spend(1500)
    expect([looks.isDue(22, 1), looks.isDue(34, 1)]).toEqual([false, true])
    time = 40_000
    expect(looks.isDue(23, 1)).toBe(false)
    time = 60_000
    expect(looks.isDue(23, 1)).toBe(true)
  })

  it('tell how many runs nobody has seen, and begin anew with another recording', () => {
    const looks = new Looks(new LookBudget(() => 0))
    looks.restart(0, 0)
    expect([looks.runsUnseen(0), looks.runsUnseen(1)]).toEqual([0, 0])
    for (let run = 1; run <= 34; run++) if (looks.isDue(run, 0)) looks.note(run, 0)
    expect(looks.runsUnseen(55)).toBe(20)
    looks.restart(56, 0)
    expect([looks.isDue(56, 0), looks.isDue(57, 0), looks.runsUnseen(57)]).toEqual([false, true, 0])
  })
})
