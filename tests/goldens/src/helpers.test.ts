import { describe, expect, it } from 'vitest'
import { camelCaseKeys, camelCaseName } from './camel-case.js'
import { expectCloseTo, takeLargestDeviation } from './close-to.js'
import { loadGoldens, withIntegerArrays } from './load.js'
import { withNonFinite } from './non-finite.js'

describe('camelCaseName', () => {
  it.each([
    ['T_max', 'tMax'],
    ['eta_min_ratio', 'etaMinRatio'],
    ['after_train_iter', 'afterTrainIter'],
    ['lr', 'lr'],
  ])('%s is %s', (snake, camel) => {
    expect(camelCaseName(snake)).toBe(camel)
  })

  it('converts keys at every depth and leaves values alone', () => {
    expect(camelCaseKeys({ a_b: [{ c_d: 'e_f' }] })).toEqual({ aB: [{ cD: 'e_f' }] })
  })
})

describe('withNonFinite', () => {
  it('reads the three texts', () => {
    expect(withNonFinite({ a: ['inf', '-inf', 'nan', 'x'] })).toEqual({
      a: [Infinity, -Infinity, Number.NaN, 'x'],
    })
  })
})

describe('expectCloseTo', () => {
  it('accepts what is within the tolerance, at any depth', () => {
    expect(() => expectCloseTo({ a: [1.0000001] }, { a: [1] }, 1e-6)).not.toThrow()
  })

  it.each([
    [{ a: [1.01] }, { a: [1] }],
    [{ a: [] }, { a: [1] }],
    [{}, { a: 1 }],
    [{ a: Number.NaN }, { a: 1 }],
    [{ a: 'x' }, { a: 'y' }],
  ])('refuses %j for %j', (actual, expected) => {
    expect(() => expectCloseTo(actual, expected, 1e-6)).toThrow()
  })
})

describe('takeLargestDeviation', () => {
  it('tells the largest one in proportion to the values, once', () => {
    takeLargestDeviation()
    expectCloseTo([8, 4], [8, 5], 0.5)
    expect(takeLargestDeviation()).toBe(0.2)
    expect(takeLargestDeviation()).toBeUndefined()
  })
})

describe('withIntegerArrays', () => {
  it('marks arrays of NumPy that hold integers only', () => {
    const marked: unknown = JSON.parse(
      withIntegerArrays('[{"ndarray": [[1, -2], [3, 4]]}, {"ndarray": [1.0, 2]}, {"ndarray": ["nan"]}]'),
    )
    expect(marked).toEqual([
      {
        ndarray: [
          [1, -2],
          [3, 4],
        ],
        dtype: 'int',
      },
      { ndarray: [1, 2] },
      { ndarray: ['nan'] },
    ])
  })
})

describe('loadGoldens', () => {
  it('refuses a folder without golden files', () => {
    expect(() => loadGoldens(new URL('.', import.meta.url).pathname)).toThrow(/holds no golden files/)
  })
})
