import '@tensorflow/tfjs'
import { disposeTensors } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { readRows } from './example-rows.js'

describe('readRows', () => {
  it.each<[string, () => unknown, unknown]>([
    ['a tensor of numbers', () => tf.tensor1d([7, 8, 9], 'int32'), [[7], [8]]],
    [
      'a tensor of rows',
      () =>
        tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['a tensor of names', () => tf.tensor1d(['a', 'b', 'c']), [['a'], ['b']]],
    [
      'scores with idle axes',
      () => tf.zeros([3, 1, 1, 5]),
      [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
      ],
    ],
    ['a record', () => ({ scores: tf.tensor1d([1, 2, 3]), other: 4 }), [[1], [2]]],
    ['an output by its number', () => ({ scores: [1, 2, 3] }), [[1], [2]]],
    ['a list of numbers', () => [1, 2, 3], [[1], [2]]],
    ['a list of names and flags', () => ['a', true, 'c'], [['a'], ['true']]],
    [
      'a list of rows',
      () => [[1, 2], Float32Array.of(3, 4), [5]],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['a list of records', () => [{ scores: 1 }, { scores: [2, 3] }, {}], [[1], [2, 3]]],
    ['a typed array', () => Int32Array.of(4, 5, 6), [[4], [5]]],
    ['a list of tensors', () => [tf.scalar(1), tf.scalar(2), tf.scalar(3)], [[1], [2]]],
    [
      'a list of records with tensors',
      () => [1, 2, 3].map((i) => ({ scores: tf.tensor2d([[i, -i]]) })),
      [
        [1, -1],
        [2, -2],
      ],
    ],
    ['nothing', () => undefined, undefined],
    ['a record without the field', () => ({ boxes: 1 }), undefined],
    ['a scalar', () => tf.scalar(1), undefined],
    ['another number of examples', () => tf.zeros([2, 10]), undefined],
    ['a map of the whole picture', () => tf.zeros([3, 8, 8, 2]), undefined],
    ['a list of another length', () => [1, 2], undefined],
    ['complex numbers', () => tf.complex([1, 2, 3], [1, 2, 3]), undefined],
    ['objects', () => [{ scores: {} }, { scores: {} }, 1], undefined],
    ['tensors of several shapes', () => [tf.zeros([2]), tf.zeros([3]), tf.zeros([2])], undefined],
  ])('reads the first two of %s', async (_name, make, expected) => {
    const container = make()
    const before = tf.memory().numTensors
    expect(await readRows(container, 'scores', 3, 2)).toEqual(expected)
    expect(tf.memory().numTensors).toBe(before)
    disposeTensors(container)
  })

  it('takes an output of a list by its number', async () => {
    const outputs = [tf.zeros([3, 10]), tf.tensor1d([7, 8, 9])]
    expect(await readRows(outputs, '1', 3, 3)).toEqual([[7], [8], [9]])
    expect(await readRows(outputs, 'scores', 3, 3)).toBeUndefined()
    tf.dispose(outputs)
  })
})
