import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HorizontalFlip, Identity, Rotate90, Scale, Shift, VerticalFlip } from './image-augmentations.js'
import type { ImageAugmentation } from './index.js'

type Grid = readonly (readonly number[])[]

/** What becomes of one image with one channel, and of the tensors that were made for it. */
function seen(augmentation: ImageAugmentation, grid: Grid): unknown {
  const before = tf.memory().numTensors
  const found = tf.tidy(() => {
    const flat = Float32Array.from(grid.flat())
    const images = tf.tensor4d(flat, [1, grid.length, grid[0]?.length ?? 0, 1])
    return tf.squeeze(augmentation.apply(images), [0, 3]).arraySync()
  })
  expect(tf.memory().numTensors).toBe(before)
  return found
}

const grid: Grid = [
  [1, 2, 3],
  [4, 5, 6],
]

describe('the augmentations of images', () => {
  it.each<[string, ImageAugmentation, Grid]>([
    ['Identity', new Identity(), grid],
    [
      'HorizontalFlip',
      new HorizontalFlip(),
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
    [
      'VerticalFlip',
      new VerticalFlip(),
      [
        [4, 5, 6],
        [1, 2, 3],
      ],
    ],
    [
      'Rotate90',
      new Rotate90(),
      [
        [3, 6],
        [2, 5],
        [1, 4],
      ],
    ],
    [
      'Rotate90 { times: 2 }',
      new Rotate90({ times: 2 }),
      [
        [6, 5, 4],
        [3, 2, 1],
      ],
    ],
    [
      'Rotate90 { times: 3 }',
      new Rotate90({ times: 3 }),
      [
        [4, 1],
        [5, 2],
        [6, 3],
      ],
    ],
    [
      'Shift to the right',
      new Shift({ x: 1 }),
      [
        [0, 1, 2],
        [0, 4, 5],
      ],
    ],
    [
      'Shift to the left and down',
      new Shift({ x: -2, y: 1 }),
      [
        [0, 0, 0],
        [3, 0, 0],
      ],
    ],
    [
      'Shift up',
      new Shift({ y: -1 }),
      [
        [4, 5, 6],
        [0, 0, 0],
      ],
    ],
  ])('%s', (_name, augmentation, wanted) => {
    expect(seen(augmentation, grid)).toEqual(wanted)
  })

  it('Scale enlarges about the middle and shrinks into it', () => {
    const bright = [
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 8, 0, 0],
      [0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0],
    ]
    expect(seen(new Scale({ factor: 2 }), bright)).toEqual([
      [0, 0, 0, 0, 0],
      [0, 2, 4, 2, 0],
      [0, 4, 8, 4, 0],
      [0, 2, 4, 2, 0],
      [0, 0, 0, 0, 0],
    ])
    const even = Array.from({ length: 5 }, () => [1, 1, 1, 1, 1])
    expect(seen(new Scale({ factor: 0.5 }), even)).toEqual([
      [0, 0, 0, 0, 0],
      [0, 1, 1, 1, 0],
      [0, 1, 1, 1, 0],
      [0, 1, 1, 1, 0],
      [0, 0, 0, 0, 0],
    ])
  })

  const images = fc
    .record({
      batch: fc.integer({ min: 1, max: 2 }),
      height: fc.integer({ min: 1, max: 4 }),
      width: fc.integer({ min: 1, max: 4 }),
    })
    .chain(({ batch, height, width }) =>
      fc
        .array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: batch * height * width * 2,
          maxLength: batch * height * width * 2,
        })
        .map((values) => ({ values, shape: [batch, height, width, 2] as const })),
    )

  it.each<[string, number, ImageAugmentation]>([
    ['HorizontalFlip', 2, new HorizontalFlip()],
    ['VerticalFlip', 2, new VerticalFlip()],
    ['Rotate90', 4, new Rotate90()],
    ['Rotate90 { times: 2 }', 2, new Rotate90({ times: 2 })],
    ['Rotate90 { times: 3 }', 4, new Rotate90({ times: 3 })],
    ['Identity', 1, new Identity()],
  ])(
    '%s %d times gives the images back, batch and channels in their places',
    (_name, times, augmentation) => {
      fc.assert(
        fc.property(images, ({ values, shape }) => {
          tf.tidy(() => {
            const first = tf.tensor4d(values, [...shape])
            let last = first
            for (let turn = 0; turn < times; turn++) last = augmentation.apply(last)
            expect(last.shape).toEqual(first.shape)
            expect(last.dataSync()).toEqual(first.dataSync())
          })
        }),
      )
    },
  )

  it('Scale by 1 changes nothing', () => {
    fc.assert(
      fc.property(images, ({ values, shape }) => {
        tf.tidy(() => {
          const before = tf.tensor4d(
            values.map((value) => value % 100),
            [...shape],
          )
          const after = new Scale({ factor: 1 }).apply(before).dataSync()
          for (const [place, value] of before.dataSync().entries()) expect(after[place]).toBeCloseTo(value, 3)
        })
      }),
    )
  })

  it('keeps whole numbers whole', () => {
    tf.tidy(() => {
      const pixels = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1], 'int32')
      for (const augmentation of [
        new HorizontalFlip(),
        new VerticalFlip(),
        new Rotate90(),
        new Shift({ x: 1 }),
      ])
        expect(augmentation.apply(pixels).dtype).toBe('int32')
    })
  })

  it('refuses options that make no sense', () => {
    expect(() => new Shift({ x: 0.5 })).toThrow(/Shift\.x: is 0\.5, but must be a whole number/)
    expect(() => new Shift({ x: 0 })).toThrow(/Shift: .*must move something/)
    expect(() => new Scale({ factor: 0 })).toThrow(/Scale\.factor: is 0/)
    expect(() => new Rotate90(JSON.parse('{ "times": 4 }'))).toThrow(
      /Rotate90\.times: is 4, but must be 1, 2 or 3/,
    )
    expect(() => new HorizontalFlip({ times: 4 })).toThrow(/HorizontalFlip\.times: is not an option/)
    expect(() => seen(new Scale({ factor: 1e9 }), grid)).toThrow(
      /Scale by factor 1000000000 shows less than one pixel of images 3 wide and 2 high.*HL_TTA_SCALE/,
    )
    expect(() => seen(new Scale({ factor: 0.4 }), grid)).toThrow(/0\.4 leaves less than one pixel/)
    expect(seen(new Scale({ factor: 0.5 }), [[1, 1, 1]])).toEqual([[0, 1, 0]])
    expect(() => seen(new Shift({ x: -3 }), grid)).toThrow(/leaves nothing of images 3 wide.*HL_TTA_SHIFT/)
  })
})
