import { HookloopError } from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { readFirst } from './read-first.js'

/** A picture as bytes `[height, width, 4]`: red, green, blue, opacity. */
export interface RgbaPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray
}

/** How numbers become colors. */
export interface PixelOptions {
  /** `[height, width]` or `[height, width, channels]` of flat pictures. */
  readonly imageShape?: readonly number[]
  /** What was subtracted from the pixels, for all channels or one number per channel. Default 0. */
  readonly mean?: number | readonly number[]
  /** What the pixels were divided by after that. Default 1. */
  readonly std?: number | readonly number[]
  /** The values that are black and white, once mean and std are undone. Default: by what the pictures hold. */
  readonly range?: readonly [black: number, white: number]
}

interface PictureShape {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/**
 * The first `count` pictures of a batch, read in one transfer.
 * @param images `[batch, height, width, channels]`, `[batch, height, width]`, or flat with `imageShape`
 * @throws `HL_VISUALIZATION_SHAPE` for what is no pictures, or `mean` and `std` that do not fit them
 */
export async function readPictures(
  images: Tensor,
  count: number,
  options: PixelOptions = {},
): Promise<RgbaPicture[]> {
  const shape = pictureShape(images, options.imageShape)
  checkPerChannel('mean', options.mean, shape)
  checkPerChannel('std', options.std, shape)
  return toPictures(await readFirst(images, count), shape, options)
}

/** Numbers `[count, height, width, channels]` as pictures; what is beyond black or white is cut off. */
export function toPictures(
  values: ArrayLike<number>,
  { height, width, channels }: PictureShape,
  options: Omit<PixelOptions, 'imageShape'>,
): RgbaPicture[] {
  const shown = denormalized(values, channels, options)
  const [black, white] = options.range ?? rangeOf(shown)
  const bytes = new Uint8ClampedArray(shown.length)
  for (let place = 0; place < shown.length; place++) {
    bytes[place] = (((shown[place] ?? 0) - black) * 255) / (white - black)
  }
  const size = height * width * channels
  return Array.from({ length: values.length / size }, (_, index) => ({
    width,
    height,
    data: toRgba(bytes.subarray(index * size, (index + 1) * size), channels),
  }))
}

function denormalized(
  values: ArrayLike<number>,
  channels: number,
  { mean = 0, std = 1 }: Pick<PixelOptions, 'mean' | 'std'>,
): Float64Array {
  const perChannel = (setting: number | readonly number[]) =>
    Float64Array.from({ length: channels }, (_, channel) =>
      typeof setting === 'number' ? setting : (setting[channel] ?? setting[0] ?? 0),
    )
  const [means, stds] = [perChannel(mean), perChannel(std)]
  const shown = new Float64Array(values.length)
  for (let place = 0; place < values.length; place++) {
    const channel = place % channels
    shown[place] = (values[place] ?? 0) * (stds[channel] ?? 1) + (means[channel] ?? 0)
  }
  return shown
}

/** Pictures come from 0 to 1 or from 0 to 255; anything else is stretched between its smallest and largest value. */
function rangeOf(values: Float64Array): readonly [black: number, white: number] {
  let smallest = Number.POSITIVE_INFINITY
  let largest = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < smallest) smallest = value
    if (value > largest) largest = value
  }
  // Undoing a normalization leaves a little beyond the edges.
  if (smallest > -0.01 && largest < 1.01) return [0, 1]
  if (smallest > -0.01 && largest < 256) return [0, 255]
  return largest > smallest ? [smallest, largest] : [0, 1]
}

function toRgba(bytes: Uint8ClampedArray, channels: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray((4 * bytes.length) / channels).fill(255)
  for (let from = 0, to = 0; from < bytes.length; from += channels, to += 4) {
    for (let channel = 0; channel < Math.max(3, channels); channel++) {
      rgba[to + channel] = bytes[channels === 1 ? from : from + channel] ?? 0
    }
  }
  return rgba
}

function pictureShape(images: Tensor, imageShape: readonly number[] | undefined): PictureShape {
  const [batch = 0, ...own] = images.shape
  const size = own.reduce((product, extent) => product * extent, 1)
  const [height = 0, width = 0, ...rest] = imageShape ?? (own.length > 1 ? own : [])
  const channels = rest[0] ?? (imageShape === undefined ? 1 : size / (height * width))
  const isPicture = rest.length < 2 && [1, 3, 4].includes(channels) && size === height * width * channels
  const isNumeric = images.dtype !== 'string' && images.dtype !== 'complex64'
  if (batch > 0 && size > 0 && isPicture && isNumeric) return { height, width, channels }
  const setting = imageShape === undefined ? '' : ` and imageShape [${imageShape.join(', ')}]`
  throw new HookloopError(
    'HL_VISUALIZATION_SHAPE',
    `pictures are [batch, height, width, channels] with 1, 3 or 4 channels, or flat with the option imageShape, ` +
      `such as [28, 28, 1]; found ${images.dtype} [${images.shape.join(', ')}]${setting}`,
  )
}

function checkPerChannel(
  name: string,
  setting: number | readonly number[] | undefined,
  { channels }: PictureShape,
): void {
  if (setting === undefined || typeof setting === 'number') return
  if (setting.length === 1 || setting.length === channels) return
  throw new HookloopError(
    'HL_VISUALIZATION_SHAPE',
    `the option ${name} has ${setting.length} numbers, but the pictures have ${channels} ` +
      `${channels === 1 ? 'channel' : 'channels'}; give one number, or one per channel`,
  )
}
