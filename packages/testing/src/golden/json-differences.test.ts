import { expect, it } from 'vitest'
import { jsonDifferences } from './json-differences.js'

it('names each place that differs, with both values', () => {
  const golden = { loss: [0.5, 0.25], name: 'run', gone: 1 }
  const found = { loss: [0.5, 0.2500001], name: 'walk', more: null }
  expect(jsonDifferences(golden, found, 0)).toEqual([
    'loss[1] is 0.2500001, the file has 0.25',
    'name is "walk", the file has "run"',
    'gone is nothing, the file has 1',
    'more is null, the file has nothing',
  ])
})

it('lets numbers be as far from each other as it is told', () => {
  expect(jsonDifferences([1000], [1000.5], 1e-3)).toEqual([])
  expect(jsonDifferences([1e-9], [2e-9], 1e-6)).toEqual([])
  expect(jsonDifferences([1], ['1'], 1)).toEqual(['[0] is "1", the file has 1'])
})

it('tells lists from records', () => {
  expect(jsonDifferences([], {}, 0)).toEqual(['the value is {}, the file has []'])
})
