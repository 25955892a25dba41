import { checkOptions, HookloopError } from '@hookloop/core'
import { image, pad, reverse, slice, type Tensor4D, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core'
import type { ImageAugmentation, Rotate90Options, ScaleOptions, ShiftOptions } from './augmentation.js'
import { plainSchema, rotate90Schema, scaleSchema, shiftSchema } from './augmentation-schemas.js'

// Axes of images `[batch, height, width, channels]`.
const [vertical, horizontal] = [1, 2] as const

abstract class PlainAugmentation implements ImageAugmentation {
  /** @throws `HL_CONFIG` for any option */
  constructor(options: Readonly<Record<never, never>> = {}) {
    checkOptions(new.target.name, plainSchema, options)
  }

  abstract apply(images: Tensor4D): Tensor4D
}

/** The images as they are. */
export class Identity extends PlainAugmentation {
  apply(images: Tensor4D): Tensor4D {
    return images
  }
}

/** Left and right exchanged. */
export class HorizontalFlip extends PlainAugmentation {
  apply(images: Tensor4D): Tensor4D {
    return reverse(images, horizontal)
  }
}

/** Top and bottom exchanged. */
export class VerticalFlip extends PlainAugmentation {
  apply(images: Tensor4D): Tensor4D {
    return reverse(images, vertical)
  }
}

/** Turned counter-clockwise by quarter turns; one and three exchange height and width. */
export class Rotate90 implements ImageAugmentation {
  readonly #times: 1 | 2 | 3

  /** @throws `HL_CONFIG` for other numbers of turns */
  constructor(options: Rotate90Options = {}) {
    checkOptions('Rotate90', rotate90Schema, options)
    this.#times = options.times ?? 1
  }

  apply(images: Tensor4D): Tensor4D {
    if (this.#times === 2) return reverse(images, [vertical, horizontal])
    return tidy(() =>
      reverse(transpose(images, [0, horizontal, vertical, 3]), this.#times === 1 ? vertical : horizontal),
    )
  }
}

/** Moved by whole pixels; what moves in from outside is 0. */
export class Shift implements ImageAugmentation {
  readonly #x: number
  readonly #y: number

  /** @throws `HL_CONFIG` for parts of pixels, and where nothing would move */
  constructor(options: ShiftOptions) {
    checkOptions('Shift', shiftSchema, options)
    this.#x = options.x ?? 0
    this.#y = options.y ?? 0
  }

  /** @throws `HL_TTA_SHIFT` when nothing of the images would be left */
  apply(images: Tensor4D): Tensor4D {
    const [batch, height, width, channels] = images.shape
    const [x, y] = [this.#x, this.#y]
    if (Math.abs(x) >= width || Math.abs(y) >= height) throw nothingLeft(x, y, images)
    return tidy(() => {
      const seen = slice(
        images,
        [0, Math.max(-y, 0), Math.max(-x, 0), 0],
        [batch, height - Math.abs(y), width - Math.abs(x), channels],
      )
      return pad(seen, [
        [0, 0],
        [Math.max(y, 0), Math.max(-y, 0)],
        [Math.max(x, 0), Math.max(-x, 0)],
        [0, 0],
      ])
    })
  }
}

/** Enlarged or shrunk about the middle, at the same size, bilinear; what comes in from outside is 0. */
export class Scale implements ImageAugmentation {
  readonly #factor: number

  /** @throws `HL_CONFIG` where the factor is not a number above 0 */
  constructor(options: ScaleOptions) {
    checkOptions('Scale', scaleSchema, options)
    this.#factor = options.factor
  }

  /** @throws `HL_TTA_SCALE` when nothing of the images would be left, or less than one pixel would fill them */
  apply(images: Tensor4D): Tensor4D {
    const [batch, height, width] = images.shape
    if (leavesNothing(this.#factor, height, width)) throw scaledAway(this.#factor, images)
    const half = 0.5 / this.#factor
    const box = [0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half]
    return tidy(() => {
      const boxes = tensor2d(Array.from({ length: batch }, () => box))
      const owners = Array.from({ length: batch }, (_, index) => index)
      return image.cropAndResize(images, boxes, owners, [height, width], 'bilinear', 0)
    })
  }
}

function nothingLeft(x: number, y: number, images: Tensor4D): HookloopError {
  const [, height, width] = images.shape
  return new HookloopError(
    'HL_TTA_SHIFT',
    `Shift by x ${x}, y ${y} leaves nothing of images ${width} wide and ${height} high; shift by fewer pixels`,
  )
}

/** A side of one pixel keeps it, however much the other side shrinks. */
function leavesNothing(factor: number, height: number, width: number): boolean {
  const shrunkAway = [height, width].some((side) => side > 1 && side * factor < 1)
  return shrunkAway || Math.max(height, width) < factor
}

function scaledAway(factor: number, images: Tensor4D): HookloopError {
  const [, height, width] = images.shape
  const what = factor > 1 ? 'shows less than one pixel' : 'leaves less than one pixel'
  return new HookloopError(
    'HL_TTA_SCALE',
    `Scale by factor ${factor} ${what} of images ${width} wide and ${height} high; use a factor nearer to 1, such as 1.1 or 0.9`,
  )
}
