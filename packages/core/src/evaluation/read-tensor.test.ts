import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { disposeTensors } from '../engine/tensors.js'
import { readTensor } from './read-tensor.js'

const reading = { metric: 'Mine', field: 'scores', option: 'scores' }

/** What was read, with the tensors of `source` and of the reading freed. */
function read(source: unknown) {
  const tensor = readTensor(source, reading)
  const found = { values: tensor.arraySync(), shape: tensor.shape, dtype: tensor.dtype }
  tensor.dispose()
  return found
}

describe('readTensor', () => {
  const rows = [
    [0.5, 0.25],
    [0.125, 1],
  ]
  const wanted = { values: rows, shape: [2, 2], dtype: 'float32' }
  const [first = [], second = []] = rows

  it.each<[string, () => unknown]>([
    ['a tensor', () => tf.tensor(rows)],
    ['a record of tensors', () => ({ scores: tf.tensor(rows) })],
    ['a record of lists', () => ({ scores: rows })],
    ['a list of tensors', () => [tf.tensor(first), tf.tensor(second)]],
    ['a list of lists', () => rows],
    ['a list of typed arrays', () => [Float32Array.from(first), Float64Array.from(second)]],
    [
      'a record per example with tensors',
      () => [{ scores: tf.tensor(first) }, { scores: tf.tensor(second) }],
    ],
    ['a record per example with lists', () => [{ scores: first, other: 'a' }, { scores: second }]],
  ])('reads %s and leaves it as it was', (_what, make) => {
    const before = tf.memory().numTensors
    const source = make()
    expect(read(source)).toEqual(wanted)
    expect(read(source)).toEqual(wanted)
    disposeTensors(source)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('gives whole numbers in lists as int32, and keeps the type of arrays', () => {
    expect(read([1, 2]).dtype).toBe('int32')
    expect(read([{ scores: [0, 1] }]).dtype).toBe('int32')
    expect(read([1, 2.5]).dtype).toBe('float32')
    expect(read([2 ** 40]).dtype).toBe('float32')
    expect(read({ scores: Uint8Array.of(1) }).dtype).toBe('int32')
    expect(read({ scores: Float32Array.of(1) }).dtype).toBe('float32')
  })

  it('reads lists of any depth as tfjs does', () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(shapes, (shape) => {
        const tensor = tf.randomUniform([...shape])
        const found = read({ scores: tensor.arraySync() })
        expect(found).toEqual({ values: tensor.arraySync(), shape, dtype: 'float32' })
        tensor.dispose()
      }),
      { numRuns: 30 },
    )
  })

  it.each<[string, unknown, RegExp]>([
    [
      'another field',
      { logits: [1] },
      /Mine wants .* 'scores', but found \{ logits: list of 1 \}; name another/,
    ],
    ['records without it', [{ logits: 1 }], /found a list of \{ logits: number \}/],
    ['texts', { scores: ['a'] }, /HL_METRIC_FIELD/],
    ['lists of several shapes', [[1], [1, 2]], /HL_METRIC_FIELD/],
    ['nothing', undefined, /found undefined/],
  ])('refuses %s', (_what, source, message) => {
    expect(() => readTensor(source, reading)).toThrow(message)
  })

  it('refuses tensors of several shapes', () => {
    const tensors = [tf.zeros([1]), tf.zeros([2])]
    expect(() => readTensor(tensors, reading)).toThrow(/a list of float32 \[1\]/)
    tf.dispose(tensors)
  })
})
