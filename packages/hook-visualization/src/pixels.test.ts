import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PixelOptions, readPictures } from './pixels.js'

/** Red, green, blue and opacity of every pixel, picture by picture. */
async function bytesOf(images: tf.Tensor, options: PixelOptions = {}, count = images.shape[0] ?? 0) {
  const before = tf.memory().numTensors
  const pictures = await readPictures(images, count, options)
  expect(tf.memory().numTensors).toBe(before)
  images.dispose()
  return pictures.map(({ data }) => [...data])
}

const gray = (value: number) => [value, value, value, 255]

describe('readPictures', () => {
  it('shows 0 as black and 1 as white, as [batch, height, width, 1] or without channels', async () => {
    const values = [0, 0.25, 0.5, 1]
    const expected = [
      [...gray(0), ...gray(64)],
      [...gray(128), ...gray(255)],
    ]
    expect(await bytesOf(tf.tensor4d(values, [2, 1, 2, 1]))).toEqual(expected)
    expect(await bytesOf(tf.tensor3d(values, [2, 1, 2]))).toEqual(expected)
  })

  it('knows width from height', async () => {
    const images = tf.tensor4d([0, 1, 0, 1, 0, 1], [1, 2, 3, 1])
    expect(await readPictures(images, 1)).toEqual([expect.objectContaining({ height: 2, width: 3 })])
    images.dispose()
  })

  it('shows bytes as they are, as int32 or float32', async () => {
    const expected = [
      [7, 20, 255, 255],
      [0, 1, 128, 255],
    ]
    for (const dtype of ['int32', 'float32'] as const) {
      expect(await bytesOf(tf.tensor4d([7, 20, 255, 0, 1, 128], [2, 1, 1, 3], dtype))).toEqual(expected)
    }
  })

  it('takes a fourth channel for opacity', async () => {
    expect(await bytesOf(tf.tensor4d([1, 0, 0, 0.5], [1, 1, 1, 4]))).toEqual([[255, 0, 0, 128]])
  })

  it.each([[[2, 1, 1]], [[2, 1]]])('reads flat pictures by imageShape %j', async (imageShape) => {
    const images = tf.tensor2d([0, 1, 1, 0], [2, 2])
    expect(await bytesOf(images, { imageShape })).toEqual([
      [...gray(0), ...gray(255)],
      [...gray(255), ...gray(0)],
    ])
  })

  it('finds the channels of flat pictures by their size', async () => {
    expect(await bytesOf(tf.tensor2d([[0, 1, 0]]), { imageShape: [1, 1] })).toEqual([[0, 255, 0, 255]])
  })

  it('undoes a normalization, for all channels or each its own', async () => {
    const one = tf.tensor4d([-0.5, 0.5], [1, 1, 2, 1])
    expect(await bytesOf(one, { mean: 0.5, std: 1 })).toEqual([[...gray(0), ...gray(255)]])
    const three = tf.tensor4d([-1, 0, 2], [1, 1, 1, 3])
    expect(await bytesOf(three, { mean: [100, 20, 5], std: [50, 1, 125] })).toEqual([[50, 20, 255, 255]])
  })

  it('takes black and white from range, cuts off what is beyond, and may turn them around', async () => {
    const values = () => tf.tensor4d([-2, -1, 0, 1, 2], [1, 1, 5, 1])
    const shades = [0, 0, 128, 255, 255]
    expect(await bytesOf(values(), { range: [-1, 1] })).toEqual([shades.flatMap(gray)])
    expect(await bytesOf(values(), { range: [1, -1] })).toEqual([
      shades.toReversed().flatMap((shade) => gray(shade)),
    ])
  })

  it('stretches numbers that are neither shares nor bytes', async () => {
    expect(await bytesOf(tf.tensor4d([-3, 0, 1], [1, 1, 3, 1]))).toEqual([[0, 191, 255].flatMap(gray)])
    expect(await bytesOf(tf.tensor4d([0, 500, 1000], [1, 1, 3, 1]))).toEqual([[0, 128, 255].flatMap(gray)])
    expect(await bytesOf(tf.tensor4d([-3, -3], [1, 1, 2, 1]))).toEqual([[0, 0].flatMap(gray)])
  })

  it('shows NaN as black and lets what is infinite tell nothing about the range', async () => {
    const images = tf.tensor4d(
      [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1],
      [1, 1, 4, 1],
    )
    expect(await bytesOf(images)).toEqual([[0, 255, 0, 255].flatMap(gray)])
  })

  it('reads no more than the first pictures', async () => {
    const images = tf.tensor4d([0, 1, 100], [3, 1, 1, 1])
    expect(await bytesOf(images, {}, 2)).toEqual([gray(0), gray(255)])
  })

  it.each([
    [() => tf.zeros([2, 784]), {}, /found float32 \[2, 784\]/],
    [() => tf.zeros([2, 784]), { imageShape: [28, 27] }, /and imageShape \[28, 27\]/],
    [() => tf.zeros([2, 4, 4, 2]), {}, /with 1, 3 or 4 channels/],
    [() => tf.zeros([2, 2, 4, 4, 1]), {}, /found float32 \[2, 2, 4, 4, 1\]/],
    [() => tf.zeros([2, 0, 4, 1]), {}, /found/],
    [() => tf.tensor(['a', 'b'], [2, 1, 1, 1]), {}, /found string/],
    [() => tf.zeros([]), {}, /found float32 \[\]/],
    [
      () => tf.zeros([2, 4, 4, 1]),
      { mean: [1, 2, 3] },
      /mean has 3 numbers, but the pictures have 1 channel;/,
    ],
    [() => tf.zeros([2, 4, 4, 3]), { std: [1, 2] }, /std has 2 numbers, but the pictures have 3 channels;/],
  ])('refuses what is no pictures: %s %j', async (make, options, message) => {
    const images = make()
    const failure = readPictures(images, 2, options)
    await expect(failure).rejects.toThrow(message)
    await expect(failure).rejects.toMatchObject({ code: 'HL_VISUALIZATION_SHAPE' })
    images.dispose()
  })

  it('gives back the bytes that a normalization was made of', async () => {
    const normalization = fc.record({
      mean: fc.double({ min: -1, max: 1, noNaN: true }),
      std: fc.double({ min: 0.05, max: 5, noNaN: true }),
    })
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
    const property = fc.asyncProperty(bytes, normalization, async (values, { mean, std }) => {
      const normalized = Array.from(values, (value) => (value / 255 - mean) / std)
      const images = tf.tensor4d(normalized, [1, 1, values.length, 1])
      expect(await bytesOf(images, { mean, std })).toEqual([[...values].flatMap(gray)])
    })
    await fc.assert(property)
  })
})
