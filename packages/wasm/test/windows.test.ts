import * as tf from '@tensorflow/tfjs'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { relativeError, withoutLeaks } from './gradient-case.js'

beforeAll(async () => {
  await useWasm()
  await tf.setBackend('cpu')
})

beforeEach(() => tf.setBackend('wasm'))

type Sides = [number, number]
type Padding = 'same' | 'valid' | number | [Sides, Sides, Sides, Sides]
type Rounding = 'floor' | 'round' | 'ceil' | undefined

const side: fc.Arbitrary<Sides> = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }))
const configurations = fc.record({
  batch: fc.nat({ max: 3 }),
  image: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
  window: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pad: fc.oneof(
    fc.constantFrom('same', 'valid'),
    fc.nat({ max: 3 }),
    fc.tuple(side, side).map(([rows, columns]): Padding => [[0, 0], rows, columns, [0, 0]]),
  ),
  rounding: fc.constantFrom<Rounding>(undefined, 'floor', 'round', 'ceil'),
  channels: fc.constantFrom(1, 2, 3, 17),
  more: fc.integer({ min: 1, max: 5 }),
})
type Configuration = typeof configurations extends fc.Arbitrary<infer Value> ? Value : never

/** tfjs-core takes a rounding only with padding that is given in numbers. */
function roundingOf({ pad, rounding }: Configuration): Rounding {
  return typeof pad === 'string' ? undefined : rounding
}

/** The same windows with padding that is written out and needs no rounding, for the reference; undefined where none fits. */
function writtenOut(configuration: Configuration): Padding | undefined {
  const { image, window, strides, pad } = configuration
  const rounding = { floor: Math.floor, round: Math.round, ceil: Math.ceil }[
    roundingOf(configuration) ?? 'floor'
  ]
  const sides = ([0, 1] as const).map((axis): Sides | undefined => {
    const [size, length, stride] = [image[axis], window[axis], strides[axis]]
    if (pad === 'same') {
      const all = Math.max(0, (Math.ceil(size / stride) - 1) * stride + length - size)
      return [Math.floor(all / 2), Math.ceil(all / 2)]
    }
    const [before, after] =
      pad === 'valid' ? [0, 0] : typeof pad === 'number' ? [pad, pad] : (pad[axis + 1] ?? [0, 0])
    const steps = rounding((size + before + after - length) / stride)
    // Some windows lie in the padding alone or fit nowhere: examples below.
    if (size + before + after < length || before >= length || steps * stride - before >= size)
      return undefined
    return [before, Math.max(0, steps * stride + length - size - before)]
  })
  const [rows, columns] = sides
  return rows === undefined || columns === undefined ? undefined : [[0, 0], rows, columns, [0, 0]]
}

/** The output and the gradients towards all inputs. */
function results(shapes: number[][], compute: (...inputs: tf.Tensor[]) => tf.Tensor): Float32Array[] {
  return tf.tidy(() => {
    const inputs = shapes.map((shape, i) => {
      const count = shape.reduce((size, length) => size * length, 1)
      // All positive, so that no sum is the small difference of large ones.
      return tf.add(tf.sin(tf.mul(tf.range(0, count), 1.7 + i)), 1.1).reshape(shape)
    })
    const output = compute(...inputs)
    const dy = tf.add(tf.cos(tf.range(0, output.size)), 1.1).reshape(output.shape)
    const gradients = tf.grads(compute)(inputs, dy)
    return [output, ...gradients].map((tensor) => Float32Array.from(tensor.dataSync()))
  })
}

type Compute = (pad: Padding, rounding: Rounding) => (...inputs: tf.Tensor[]) => tf.Tensor

function expectAsOnCpu(
  configuration: Configuration,
  shapes: number[][],
  compute: Compute,
  withGradients = true,
): void {
  const padding = writtenOut(configuration)
  fc.pre(padding !== undefined)
  tf.setBackend('cpu')
  const expected = results(shapes, compute(padding, undefined))
  const { result, left } = withoutLeaks(() =>
    results(shapes, compute(configuration.pad as Padding, roundingOf(configuration))),
  )
  expect(left).toBe('')
  const compared = withGradients ? expected : expected.slice(0, 1)
  for (const [i, values] of compared.entries())
    expect(relativeError(result[i] ?? new Float32Array([Number.NaN]), values), `part ${i}`).toBeLessThan(1e-5)
}

describe('windows of any size, stride, padding and rounding', () => {
  it('convolve', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const { batch, image, window, strides, channels, more } = configuration
        const shapes = [
          [batch, ...image, channels],
          [...window, channels, more],
        ]
        expectAsOnCpu(
          configuration,
          shapes,
          (pad, rounding) => (x, filter) =>
            tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding),
        )
      }),
      { numRuns: 150 },
    )
  })

  it('convolve by depth', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const { batch, image, window, strides, channels, more } = configuration
        const shapes = [
          [batch, ...image, channels],
          [...window, channels, Math.min(more, 2)],
        ]
        expectAsOnCpu(
          configuration,
          shapes,
          (pad, rounding) => (x, filter) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad, 'NHWC', 1, rounding),
        )
      }),
      { numRuns: 150 },
    )
  })

  // tfjs-core cannot differentiate them.
  it('convolve with gaps, without gradients', () => {
    fc.assert(
      fc.property(configurations, fc.integer({ min: 2, max: 3 }), (configuration, dilation) => {
        const { batch, image, window, pad, channels, more } = configuration
        const convolve = (backend: string) => {
          tf.setBackend(backend)
          return tf.tidy(() => {
            const x = tf.sin(tf.range(0, batch * image[0] * image[1] * channels))
            const filter = tf.cos(tf.range(0, window[0] * window[1] * channels * more))
            const [a, b] = [
              x.reshape([batch, ...image, channels]),
              filter.reshape([...window, channels, more]),
            ]
            const padding: Padding =
              typeof pad === 'number'
                ? [
                    [0, 0],
                    [pad, pad],
                    [pad, pad],
                    [0, 0],
                  ]
                : (pad as Padding)
            return [tf.conv2d, tf.depthwiseConv2d].map((op) => {
              const y = op(a as tf.Tensor4D, b as tf.Tensor4D, 1, padding, 'NHWC', dilation)
              return { shape: y.shape, values: Float32Array.from(y.dataSync()) }
            })
          })
        }
        const [height, width] = ([0, 1] as const).map((axis) => {
          const pads =
            typeof pad === 'number' ? 2 * pad : typeof pad === 'string' ? 0 : (pad[axis + 1] ?? [0])
          const all = typeof pads === 'number' ? pads : pads.reduce((sum, value) => sum + value, 0)
          return image[axis] + all - (window[axis] - 1) * dilation
        })
        fc.pre(pad === 'same' || Math.min(height ?? 0, width ?? 0) > 0)
        const expected = convolve('cpu')
        convolve('wasm').forEach(({ shape, values }, i) => {
          expect(shape).toEqual(expected[i]?.shape)
          values.forEach((value, at) => {
            expect(value).toBeCloseTo(expected[i]?.values[at] ?? Number.NaN, 3)
          })
        })
      }),
      { numRuns: 100 },
    )
  })

  it('pool', () => {
    fc.assert(
      fc.property(configurations, fc.boolean(), (configuration, isMaximum) => {
        const { batch, image, window, strides, channels } = configuration
        const pool = isMaximum ? tf.maxPool : tf.avgPool
        expectAsOnCpu(
          configuration,
          [[batch, ...image, channels]],
          (pad, rounding) => (x) => pool(x as tf.Tensor4D, window, strides, pad, rounding),
          // The cpu backend's gradient of AvgPool is wrong where there is padding: see native.test.ts.
          isMaximum,
        )
      }),
      { numRuns: 150 },
    )
  })
})

describe('outputs without values', () => {
  const x = () => tf.ones<tf.Rank.R4>([1, 9, 2, 4])

  it('are empty tensors', () => {
    const { result, left } = withoutLeaks(() =>
      tf.tidy(() => [
        tf.conv2d(x(), tf.ones<tf.Rank.R4>([1, 3, 4, 2]), 1, 'valid').shape,
        tf.depthwiseConv2d(x(), tf.ones<tf.Rank.R4>([1, 3, 4, 2]), 1, 'valid').shape,
        tf.maxPool(x(), [2, 3], 3, 'valid').shape,
        tf.avgPool(x(), [2, 3], 3, 'valid').shape,
        tf.fused.conv2d({
          x: x(),
          filter: tf.ones<tf.Rank.R4>([1, 3, 4, 2]),
          strides: 1,
          pad: 'valid',
          bias: tf.ones([2]),
          activation: 'relu',
        }).shape,
      ]),
    )
    expect(result).toEqual([
      [1, 9, 0, 2],
      [1, 9, 0, 8],
      [1, 3, 0, 4],
      [1, 3, 0, 4],
      [1, 9, 0, 2],
    ])
    expect(left).toBe('')
  })

  it('are an error where less than nothing would be left, before the heap is touched', () => {
    const { left } = withoutLeaks(() => {
      tf.tidy(() => {
        const filter = tf.ones<tf.Rank.R4>([1, 4, 4, 2])
        expect(() => tf.conv2d(x(), filter, 1, 'valid')).toThrow(
          /window of 1 x 4 does not fit into an image of 9 x 2/,
        )
        expect(() => tf.maxPool(x(), [1, 4], 1, 'valid')).toThrow(/window of 1 x 4 does not fit/)
        expect([...tf.add(tf.ones([2]), 1).dataSync()]).toEqual([2, 2])
      })
    })
    expect(left).toBe('')
  })
})

describe('padding that is one number', () => {
  it('is that number on each side, for filters of any form', () => {
    const shape = tf.tidy(
      () => tf.conv2d(tf.ones<tf.Rank.R4>([3, 9, 3, 1]), tf.ones<tf.Rank.R4>([3, 1, 1, 3]), 1, 1).shape,
    )
    expect(shape).toEqual([3, 9, 5, 3])
  })

  it('leaves nothing to pool where a window lies in it alone', () => {
    const pooled = (pool: typeof tf.maxPool, size: number) =>
      tf.tidy(() => [...pool(tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]), size, 2, 2).dataSync()])
    const nothing = Number.NEGATIVE_INFINITY
    expect(pooled(tf.maxPool, 2)).toEqual([
      nothing,
      nothing,
      nothing,
      nothing,
      4,
      nothing,
      nothing,
      nothing,
      nothing,
    ])
    expect(pooled(tf.avgPool, 2)[4]).toBe(2.5)
    expect(pooled(tf.avgPool, 2)[0]).toBeNaN()
    expect(pooled(tf.maxPool, 1)[4]).toBe(1)
  })
})

describe('a transposed convolution', () => {
  it.each([7, 6])('may be asked for less than its padding leads to: %i places', (side) => {
    const compute = (backend: string) => {
      tf.setBackend(backend)
      return tf.tidy(() => {
        const x = tf.sin(tf.range(0, 128)).reshape<tf.Tensor4D>([1, 8, 8, 2])
        const filter = tf.cos(tf.range(0, 54)).reshape<tf.Tensor4D>([3, 3, 3, 2])
        return [...tf.conv2dTranspose(x, filter, [1, side, side, 3], 1, 'same').dataSync()]
      })
    }
    const expected = compute('cpu')
    compute('wasm').forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 4)
    })
  })

  it('may not be asked for more', () => {
    tf.tidy(() => {
      const [x, filter] = [tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.ones<tf.Rank.R4>([3, 3, 3, 2])]
      expect(() => tf.conv2dTranspose(x, filter, [1, 9, 9, 3], 1, 'same')).toThrow(
        /The gradient is \[1, 4, 4, 2\], but .* lead to \[1, 9, 9, 2\]/,
      )
    })
  })
})

describe('channels before places', () => {
  it('are an error', () => {
    tf.tidy(() => {
      const [x, filter] = [tf.ones<tf.Rank.R4>([1, 3, 5, 6]), tf.ones<tf.Rank.R4>([2, 2, 3, 2])]
      expect(() => tf.conv2d(x, filter, 1, 'valid', 'NCHW')).toThrow(/dataFormat is NCHW; only NHWC/)
    })
  })
})
