import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { withoutLeaks } from './gradient-case.js'

beforeAll(() => useWasm())
beforeEach(() => tf.setBackend('wasm'))

const bound = 1e-5

/** Values that are all positive: what a sum of many of them loses is lost for good. */
function uniform(size: number, seed: number): Float32Array {
  return Float32Array.from(
    { length: size },
    (_, i) => Math.abs(Math.sin(seed + i * 12.9898) * 43758.5453) % 1,
  )
}

function constant(size: number): Float32Array {
  return new Float32Array(size).fill(0.1)
}

function dotOf(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)
}

function relative(actual: number, expected: number): number {
  return Math.abs(actual - expected) / Math.abs(expected)
}

describe('products with a long inner dimension', () => {
  it.each([
    { told: 'a million equal values', count: 1e6, make: constant },
    { told: 'a million values', count: 1e6, make: uniform },
    { told: 'four million values', count: 4e6, make: uniform },
  ])('are exact: $told', ({ count, make }) => {
    const [a, b] = [make(count, 1), make(count, 2)]
    const expected = dotOf(a, b)
    tf.tidy(() => {
      const [row, column] = [tf.tensor2d(a, [1, count]), tf.tensor2d(b, [count, 1])]
      const other = tf.tensor2d(b, [1, count])
      const left = tf.tensor2d(a, [count, 1])
      const products = [
        tf.matMul(row, column),
        tf.matMul(row, other, false, true),
        tf.matMul(left, column, true),
        tf.matMul(left, other, true, true),
        tf.fused.matMul({ a: row, b: column }),
      ]
      for (const product of products)
        expect(relative(product.dataSync()[0] ?? 0, expected)).toBeLessThan(bound)
    })
  })

  it('are exact for any shape', () => {
    const shapes = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 13 }),
      inner: fc.integer({ min: 1, max: 40_000 }),
      transposeB: fc.boolean(),
    })
    fc.assert(
      fc.property(shapes, ({ rows, columns, inner, transposeB }) => {
        const [a, b] = [uniform(rows * inner, 3), uniform(columns * inner, 4)]
        const values = tf.tidy(() => {
          const right = tf.tensor2d(b, [columns, inner])
          const left = tf.tensor2d(a, [rows, inner])
          return tf.matMul(left, transposeB ? right : tf.transpose(right), false, transposeB).dataSync()
        })
        values.forEach((value, i) => {
          const [row, column] = [Math.floor(i / columns), i % columns]
          const expected = dotOf(
            a.subarray(row * inner, (row + 1) * inner),
            b.subarray(column * inner, (column + 1) * inner),
          )
          expect(relative(value, expected)).toBeLessThan(bound)
        })
      }),
      { numRuns: 15 },
    )
  })
})

describe('gradients of filters over many places', () => {
  it.each([
    { batch: 32, side: 64, strides: 1 },
    { batch: 1, side: 256, strides: 2 },
    { batch: 1, side: 256, strides: 1 },
  ])('are exact: batch $batch, $side x $side, strides $strides', ({ batch, side, strides }) => {
    const count = batch * side * side
    const [values, length] = [uniform(count, 5), Math.ceil(side / strides)]
    const gradients = uniform(batch * length * length, 6)
    const filter = tf.tidy(() => {
      const x = tf.tensor4d(values, [batch, side, side, 1])
      const dy = tf.tensor4d(gradients, [batch, length, length, 1])
      const convolve = (weights: tf.Tensor) => tf.conv2d(x, weights as tf.Tensor4D, strides, 'valid')
      return [
        ...tf
          .grad(convolve)(tf.ones([1, 1, 1, 1]), dy)
          .dataSync(),
      ]
    })
    let expected = 0
    for (let image = 0; image < batch; image++)
      for (let row = 0; row < length; row++)
        for (let column = 0; column < length; column++)
          expected +=
            (values[(image * side + row * strides) * side + column * strides] ?? 0) *
            (gradients[(image * length + row) * length + column] ?? 0)
    expect(relative(filter[0] ?? 0, expected)).toBeLessThan(bound)
  })
})

describe('sums', () => {
  const count = 1_000_003

  it.each([
    { told: 'all', shape: [count], axis: [0] },
    { told: 'the last axis', shape: [2, count], axis: [1] },
    { told: 'the first axis', shape: [count, 2], axis: [0] },
    { told: 'the axes around', shape: [1009, 3, 991], axis: [0, 2] },
  ])('of a million values are exact, and means: $told', ({ shape, axis }) => {
    const terms = axis.reduce((product, at) => product * (shape[at] ?? 1), 1)
    const { result, left } = withoutLeaks(() =>
      tf.tidy(() => {
        const x = tf.fill(shape, 0.1)
        return [[...tf.sum(x, axis).dataSync()], [...tf.mean(x, axis).dataSync()]] as const
      }),
    )
    for (const sum of result[0]) expect(relative(sum, terms * Math.fround(0.1))).toBeLessThan(bound)
    for (const mean of result[1]) expect(relative(mean, 0.1)).toBeLessThan(bound)
    expect(left).toBe('')
  })

  it('of a segment with a million rows are exact', () => {
    const sums = tf.tidy(() => {
      const ids = tf.zeros([count], 'int32') as tf.Tensor1D
      return [...tf.unsortedSegmentSum(tf.fill([count, 1], 0.1), ids, 2).dataSync()]
    })
    expect(relative(sums[0] ?? 0, count * Math.fround(0.1))).toBeLessThan(bound)
    expect(sums[1]).toBe(0)
  })

  it('of whole numbers by segment are whole numbers', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([16777217, 1, 2, 3, 4, 5], [3, 2], 'int32')
      const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 1], 'int32'), 2)
      expect(sums.dtype).toBe('int32')
      expect([...sums.dataSync()]).toEqual([0, 0, 16777221, 6])
    })
  })

  it('keep their shape: any axes, any rank', () => {
    const cases = fc.record({
      shape: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 4 }),
      keepDims: fc.boolean(),
      axes: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 4 }),
    })
    fc.assert(
      fc.property(cases, ({ shape, keepDims, axes }) => {
        const axis = [...new Set(axes.map((at) => at % shape.length))]
        const compute = (backend: string) => {
          tf.setBackend(backend)
          return tf.tidy(() => {
            const size = shape.reduce((product, length) => product * length, 1)
            const x = tf.range(0, size).reshape(shape)
            const whole = tf.cast(x, 'int32')
            return [tf.sum(x, axis, keepDims), tf.mean(x, axis, keepDims), tf.sum(whole, axis, keepDims)].map(
              (y) => ({ shape: y.shape, values: [...y.dataSync()].map((value) => Math.fround(value)) }),
            )
          })
        }
        const expected = compute('cpu')
        const { result, left } = withoutLeaks(() => compute('wasm'))
        expect(left).toBe('')
        result.forEach(({ shape, values }, i) => {
          expect(shape).toEqual(expected[i]?.shape)
          values.forEach((value, at) => {
            expect(value).toBeCloseTo(expected[i]?.values[at] ?? Number.NaN, 4)
          })
        })
      }),
      { numRuns: 100 },
    )
  })
})

describe('reductions of nothing', () => {
  it('have the value that changes nothing', () => {
    tf.tidy(() => {
      // What a kernel does not write keeps the values of a tensor that was there before.
      tf.fill([3], 7).dispose()
      const nothing = tf.zeros([3, 0])
      const value = (y: tf.Tensor) => [...y.dataSync()]
      expect(value(tf.sum(nothing, 1))).toEqual([0, 0, 0])
      expect(value(tf.sum(tf.zeros([3, 0], 'bool'), 1))).toEqual([0, 0, 0])
      expect(value(tf.mean(tf.zeros([0, 3]), 0))).toEqual([0, 0, 0])
      expect(value(tf.prod(nothing, 1))).toEqual([1, 1, 1])
      expect(value(tf.max(nothing, 1))).toEqual(Array(3).fill(Number.NEGATIVE_INFINITY))
      expect(tf.max(nothing, 1, true).shape).toEqual([3, 1])
      expect(value(tf.min(nothing, 1))).toEqual(Array(3).fill(Number.POSITIVE_INFINITY))
      expect(value(tf.all(tf.zeros([3, 0], 'bool'), 1))).toEqual([1, 1, 1])
      expect(value(tf.any(tf.zeros([3, 0], 'bool'), 1))).toEqual([0, 0, 0])
    })
  })
})

describe('products of whole numbers', () => {
  it('are exact beyond 24 bits', () => {
    tf.tidy(() => {
      const product = tf.matMul(
        tf.tensor2d([[70001]], [1, 1], 'int32'),
        tf.tensor2d([[301]], [1, 1], 'int32'),
      )
      expect([...product.dataSync()]).toEqual([21070301])
    })
  })

  it('are those of the cpu backend', () => {
    const factors = fc.integer({ min: -30_000, max: 30_000 })
    const cases = fc.record({
      a: fc.array(factors, { minLength: 12, maxLength: 12 }),
      b: fc.array(factors, { minLength: 20, maxLength: 20 }),
      transposeA: fc.boolean(),
      transposeB: fc.boolean(),
    })
    fc.assert(
      fc.property(cases, ({ a, b, transposeA, transposeB }) => {
        const compute = (backend: string) => {
          tf.setBackend(backend)
          return tf.tidy(() => {
            const left = tf.tensor2d(a, transposeA ? [4, 3] : [3, 4], 'int32')
            const right = tf.tensor2d(b, transposeB ? [5, 4] : [4, 5], 'int32')
            return [...tf.matMul(left, right, transposeA, transposeB).dataSync()]
          })
        }
        expect(compute('wasm')).toEqual(compute('cpu'))
      }),
    )
  })
})

describe('fused products of many terms', () => {
  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'have the activation %s and the bias of the cpu backend',
    (activation) => {
      const compute = (backend: string) => {
        tf.setBackend(backend)
        return tf.tidy(() => [
          ...tf.fused
            .matMul({
              a: tf.sin(tf.range(0, 6000)).reshape([3, 2000]),
              b: tf.div(tf.cos(tf.range(0, 10_000)), 500).reshape([2000, 5]),
              bias: tf.range(-2, 3),
              activation,
              preluActivationWeights: tf.tensor1d([0.1, 0.2, 0.3, 0.4, 0.5]),
              leakyreluAlpha: 0.3,
            })
            .dataSync(),
        ])
      }
      const expected = compute('cpu')
      const { result, left } = withoutLeaks(() => compute('wasm'))
      expect(left).toBe('')
      result.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5)
      })
    },
  )
})
