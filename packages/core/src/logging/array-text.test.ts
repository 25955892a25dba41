import { expect, it } from 'vitest'
import { arrayText } from './array-text.js'

// What str(numpy.array(…)) of NumPy 2.4.6 gives.
it.each([
  [[0.5, 0.25], true, '[0.5  0.25]'],
  [[1, 2], true, '[1. 2.]'],
  [[10, 0.123456789], true, '[10.          0.12345679]'],
  [[1, 10, -3], false, '[ 1 10 -3]'],
  [
    [
      [1, 2.5],
      [10, 0.25],
    ],
    true,
    '[[ 1.    2.5 ]\n [10.    0.25]]',
  ],
  [
    [
      [[1], [2]],
      [[3], [4]],
    ],
    false,
    '[[[1]\n  [2]]\n\n [[3]\n  [4]]]',
  ],
  [[Number.NaN, 1], true, '[nan  1.]'],
  [[Number.POSITIVE_INFINITY, 0.5], true, '[inf 0.5]'],
  [[true, false], false, '[ True False]'],
  [[], true, '[]'],
])('prints %j as NumPy does', (value, isFloat, text) => {
  expect(arrayText(value, isFloat)).toBe(text)
})
