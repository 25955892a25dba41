import { encode } from 'fast-png'
import type { BitmapFont } from './bitmap-font.js'
import type { RgbaPicture } from './pixels.js'

export type Color = readonly [red: number, green: number, blue: number]

/** An opaque picture that is drawn on. */
export class Canvas {
  /** `[height, width, 3]`. */
  readonly pixels: Uint8Array

  constructor(
    readonly width: number,
    readonly height: number,
    background: Color,
  ) {
    this.pixels = new Uint8Array(width * height * 3)
    this.fill(0, 0, width, height, background)
  }

  fill(x: number, y: number, width: number, height: number, [red, green, blue]: Color): void {
    const { pixels } = this
    const first = 3 * (y * this.width + x)
    for (let place = first; place < first + 3 * width; place += 3) {
      pixels[place] = red
      pixels[place + 1] = green
      pixels[place + 2] = blue
    }
    for (let row = 1; row < height; row++) {
      pixels.copyWithin(first + 3 * row * this.width, first, first + 3 * width)
    }
  }

  /** Each pixel becomes a square of `scale` pixels, without smoothing; what is transparent shows the canvas. */
  drawPicture({ width, height, data }: RgbaPicture, x: number, y: number, scale: number): void {
    for (let place = 0; place < width * height; place++) {
      const left = x + (place % width) * scale
      const top = y + Math.floor(place / width) * scale
      const at = 4 * place
      const color = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0] as const
      this.fill(left, top, scale, scale, this.#mixed(left, top, color, data[at + 3] ?? 0))
    }
  }

  /** @param y upper edge of the line */
  drawText(font: BitmapFont, text: string, x: number, y: number, color: Color): void {
    font.cover(text, (dx, dy, coverage) => {
      const [column, row] = [x + dx, y + dy]
      if (column < 0 || column >= this.width || row < 0 || row >= this.height) return
      this.fill(column, row, 1, 1, this.#mixed(column, row, color, coverage))
    })
  }

  /** The bytes of a PNG file. */
  toPng(): Uint8Array {
    const { width, height, pixels } = this
    return encode({ width, height, data: pixels, channels: 3, depth: 8 }, { zlib: { level: 6 } })
  }

  /** `color` over the pixel at a place. */
  #mixed(x: number, y: number, color: Color, opacity: number): Color {
    if (opacity === 255) return color
    const place = 3 * (y * this.width + x)
    const over = (value: number, below = 0) => Math.round(below + ((value - below) * opacity) / 255)
    const { pixels } = this
    return [
      over(color[0], pixels[place]),
      over(color[1], pixels[place + 1]),
      over(color[2], pixels[place + 2]),
    ]
  }
}
