import * as tf from '@tensorflow/tfjs'
import { expect, it } from 'vitest'
import { plainJson } from './plain-json.js'

it('writes tensors and arrays as lists, at any depth', () => {
  const matrix = tf.tensor2d([
    [1, 2],
    [3, 4.5],
  ])
  const value = { acc: 0.5, names: ['a'], parts: { perClass: Float64Array.of(0.1, 0.2), matrix } }
  expect(JSON.parse(plainJson(value))).toEqual({
    acc: 0.5,
    names: ['a'],
    parts: {
      perClass: [0.1, 0.2],
      matrix: [
        [1, 2],
        [3, 4.5],
      ],
    },
  })
  matrix.dispose()
})
