import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overrideValue } from './override-value.js'

describe('overrideValue', () => {
  it('takes JSON for what it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(overrideValue(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  // As `DictAction` of MMEngine reads them.
  it.each<[string, unknown]>([
    ['3', 3],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['true', true],
    ['False', false],
    ['None', null],
    ['AdamW', 'AdamW'],
    ['3ep', '3ep'],
    ['', ''],
    [' two words ', ' two words '],
    ['[1,2,3]', [1, 2, 3]],
    ['(1,2)', [1, 2]],
    ['(1,)', [1]],
    ['[]', []],
    ['1,2', [1, 2]],
    ['a,b', ['a', 'b']],
    [
      '[(a,b),(c,d)]',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      '(1,2),(3,4)',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['[a]', ['a']],
    ['["a,b",c]', ['a,b', 'c']],
    ['"a,b"', 'a,b'],
    ['{"type":"SGD","lr":0.1}', { type: 'SGD', lr: 0.1 }],
    ['[{"lr":1},x]', [{ lr: 1 }, 'x']],
    ['[1,2', '[1,2'],
    ['a]b', 'a]b'],
    ['runs/(old)', 'runs/(old)'],
    ['Infinity', 'Infinity'],
  ])('%s', (text, value) => {
    expect(overrideValue(text)).toEqual(value)
  })
})
