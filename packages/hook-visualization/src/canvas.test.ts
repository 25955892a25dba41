import { PNG } from 'pngjs'
import { describe, expect, it } from 'vitest'
import { captionFont } from './bitmap-font.js'
import { Canvas } from './canvas.js'

const white = [255, 255, 255] as const

function pixelsOf(canvas: Canvas): number[][] {
  return Array.from({ length: canvas.width * canvas.height }, (_, place) => [
    ...canvas.pixels.subarray(3 * place, 3 * place + 3),
  ])
}

describe('Canvas', () => {
  it('fills a rectangle and nothing else', () => {
    const canvas = new Canvas(3, 2, white)
    canvas.fill(1, 0, 1, 2, [1, 2, 3])
    expect(pixelsOf(canvas)).toEqual([white, [1, 2, 3], white, white, [1, 2, 3], white])
  })

  it('makes a square of each pixel and lets the ground shine through', () => {
    const canvas = new Canvas(5, 2, white)
    const data = Uint8ClampedArray.of(0, 10, 20, 255, 255, 0, 0, 51)
    canvas.drawPicture({ width: 2, height: 1, data }, 1, 0, 2)
    const row = [white, [0, 10, 20], [0, 10, 20], [255, 204, 204], [255, 204, 204]]
    expect(pixelsOf(canvas)).toEqual([...row, ...row])
  })

  it('draws text in a color and cuts it off at the edges', () => {
    const canvas = new Canvas(12, 20, white)
    canvas.drawText(captionFont, 'jM', 0, 0, [200, 0, 0])
    const colors = pixelsOf(canvas)
    expect(colors).toContainEqual([200, 0, 0])
    for (const [red = 0, green = 0, blue = 0] of colors) {
      expect(green).toBe(blue)
      // On the way from white to the color.
      expect(red).toBe(Math.round(255 - (55 * (255 - green)) / 255))
    }
  })

  it('writes a PNG that another library reads', () => {
    const canvas = new Canvas(7, 3, white)
    canvas.fill(2, 1, 3, 1, [10, 20, 30])
    const png = PNG.sync.read(Buffer.from(canvas.toPng()))
    expect([png.width, png.height]).toEqual([7, 3])
    expect([...png.data.subarray(4 * 9, 4 * 10)]).toEqual([10, 20, 30, 255])
    expect([...png.data.subarray(4 * 8, 4 * 9)]).toEqual([255, 255, 255, 255])
  })
})
