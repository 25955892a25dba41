import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { drawPicture, pictureOffset } from './picture.js'
import type { RgbaPicture } from './pixels.js'
import type { Verdict } from './verdict.js'

/** A picture in which no two pixels are alike. */
function colorful(width: number, height: number): RgbaPicture {
  const data = new Uint8ClampedArray(4 * width * height).fill(255)
  for (let place = 0; place < width * height; place++)
    data.set([place % 251, place % 241, place % 239], 4 * place)
  return { width, height, data }
}

function decoded(picture: RgbaPicture, verdict?: Verdict, options?: { scale?: number; minSize?: number }) {
  const png = PNG.sync.read(Buffer.from(drawPicture(picture, verdict, options)))
  const at = (x: number, y: number) => [
    ...png.data.subarray(4 * (y * png.width + x), 4 * (y * png.width + x) + 4),
  ]
  /** Colors below the picture. */
  const caption = (height: number) => {
    const rows = Array.from(
      { length: png.height - height - 2 * pictureOffset },
      (_, row) => png.height - 1 - row,
    )
    return new Set(
      rows.flatMap((y) => Array.from({ length: png.width }, (_, x) => at(x, y).slice(0, 3).join())),
    )
  }
  return { width: png.width, height: png.height, at, caption }
}

const green = '21,128,61'
const red = '200,30,30'
const dark = '55,65,81'

describe('drawPicture', () => {
  it('enlarges without smoothing', () => {
    const picture = colorful(5, 4)
    const { width, height, at } = decoded(picture, {}, { scale: 3 })
    expect([width, height]).toEqual([5 * 3 + 2 * pictureOffset, 4 * 3 + 2 * pictureOffset])
    for (let y = 0; y < 4 * 3; y++) {
      for (let x = 0; x < 5 * 3; x++) {
        const place = 4 * (Math.floor(y / 3) * 5 + Math.floor(x / 3))
        expect(at(pictureOffset + x, pictureOffset + y)).toEqual([...picture.data.subarray(place, place + 4)])
      }
    }
  })

  it.each([
    [{ width: 28, height: 28 }, {}, 8],
    [{ width: 28, height: 28 }, { minSize: 28 }, 1],
    [{ width: 28, height: 28 }, { minSize: 29 }, 2],
    [{ width: 10, height: 50 }, {}, 4],
    [{ width: 300, height: 200 }, {}, 1],
    [{ width: 300, height: 200 }, { scale: 2 }, 2],
  ])('draws %j with %j at %d times its size', ({ width, height }, options, scale) => {
    const drawing = decoded(colorful(width, height), {}, options)
    expect(drawing.width).toBe(width * scale + 2 * pictureOffset)
    expect(drawing.height).toBe(height * scale + 2 * pictureOffset)
  })

  it.each([
    [{ truth: '7', prediction: '7', score: '0.83', isRight: true }, green, red, 2],
    [{ truth: '7', prediction: '1', score: '0.83', isRight: false }, red, green, 2],
    [{ prediction: '1' }, dark, green, 1],
    [{ truth: '7' }, dark, red, 1],
  ])('says %j', (verdict, color, otherColor, lines) => {
    const { width, height, at, caption } = decoded(colorful(28, 28), verdict)
    expect([width, height]).toEqual([28 * 8 + 2 * pictureOffset, 28 * 8 + 2 * pictureOffset + 20 * lines])
    expect(caption(224)).toContain(color)
    expect(caption(224)).not.toContain(otherColor)
    if (color !== dark)
      expect(
        at(pictureOffset - 1, pictureOffset - 1)
          .slice(0, 3)
          .join(),
      ).toBe(color)
    expect(caption(224).has(dark)).toBe('truth' in verdict || color === dark)
  })

  it('becomes wider for its caption, up to a bound', () => {
    const narrow = { scale: 1 }
    const widthOf = (prediction: string) =>
      decoded(colorful(8, 8), { prediction, score: '0.83' }, narrow).width
    expect(widthOf('1')).toBeGreaterThan(100)
    expect(widthOf('1')).toBeLessThan(widthOf('german shepherd'))
    expect(widthOf('german shepherd '.repeat(3))).toBeLessThan(340)
    expect(widthOf('german shepherd '.repeat(30))).toBeLessThanOrEqual(336)
  })

  it.each([
    [
      28,
      20,
      1000,
      /28 by 20 .*28000 by 20000, .*at most 268435456 pixels in all; a scale of 692 or less fits/,
    ],
    [20_000, 20_000, 1, /not even at scale 1.*HL_VISUALIZATION_SIZE/],
  ])('refuses %d by %d pixels at scale %d', (width, height, scale, message) => {
    const picture = { width, height, data: new Uint8ClampedArray() }
    expect(() => drawPicture(picture, {}, { scale })).toThrow(message)
  })
})
