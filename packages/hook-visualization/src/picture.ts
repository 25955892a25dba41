import { HookloopError } from '@hookloop/core'
import { captionFont } from './bitmap-font.js'
import { Canvas, type Color } from './canvas.js'
import type { RgbaPicture } from './pixels.js'
import { mostPixels } from './size-limits.js'
import type { Verdict } from './verdict.js'

const colors = {
  background: [255, 255, 255],
  text: [55, 65, 81],
  frame: [156, 163, 175],
  right: [21, 128, 61],
  wrong: [200, 30, 30],
} as const satisfies Record<string, Color>

const margin = 8
const frameWidth = 2
/** From the edge of a drawing to its picture, in pixels. */
export const pictureOffset = margin + frameWidth
/** Captions up to this width in pixels widen the drawing of a small picture; longer ones are cut. */
const captionWidth = 320

export interface EnlargementOptions {
  /** Pixels of the drawing per pixel of the picture. Default: the smallest that reaches `minSize`. */
  readonly scale?: number
  /** Smaller pictures are enlarged until their longer side has so many pixels. Default 200. */
  readonly minSize?: number
}

/**
 * A PNG file: the picture, enlarged without smoothing, and below it truth and prediction.
 * @throws `HL_VISUALIZATION_SIZE` where it would become larger than pictures can be
 */
export function drawPicture(
  picture: RgbaPicture,
  verdict: Verdict = {},
  options: EnlargementOptions = {},
): Uint8Array {
  const scale = options.scale ?? enlargement(picture, options.minSize ?? 200)
  checkSize(picture, scale)
  const [width, height] = [picture.width * scale, picture.height * scale]
  const longest = Math.max(width + 2 * frameWidth, captionWidth)
  const lines = linesOf(verdict, longest)
  const textWidth = Math.max(0, ...lines.map(({ text }) => captionFont.widthOf(text)))
  const canvas = new Canvas(
    Math.max(width + 2 * frameWidth, textWidth) + 2 * margin,
    height + 2 * pictureOffset + lines.length * captionFont.lineHeight,
    colors.background,
  )
  canvas.fill(margin, margin, width + 2 * frameWidth, height + 2 * frameWidth, frameColor(verdict))
  canvas.fill(pictureOffset, pictureOffset, width, height, colors.background)
  canvas.drawPicture(picture, pictureOffset, pictureOffset, scale)
  const captionTop = height + 2 * pictureOffset - margin / 2
  lines.forEach(({ text, color }, place) => {
    canvas.drawText(captionFont, text, margin, captionTop + place * captionFont.lineHeight, color)
  })
  return canvas.toPng()
}

function enlargement({ width, height }: RgbaPicture, minSize: number): number {
  return Math.ceil(minSize / Math.max(width, height))
}

function checkSize({ width, height }: RgbaPicture, scale: number): void {
  if (width * height * scale ** 2 <= mostPixels) return
  const largest = Math.floor(Math.sqrt(mostPixels / (width * height)))
  const remedy =
    largest > 0 ? `a scale of ${largest} or less fits` : 'such pictures cannot be drawn, not even at scale 1'
  throw new HookloopError(
    'HL_VISUALIZATION_SIZE',
    `a picture of ${width} by ${height} pixels drawn at scale ${scale} would have ${width * scale} by ${height * scale}, ` +
      `but a drawing may have at most ${mostPixels} pixels in all; ${remedy}`,
  )
}

function linesOf(verdict: Verdict, longest: number): { text: string; color: Color }[] {
  const { truth, prediction, score, isRight } = verdict
  const color = isRight === undefined ? colors.text : frameColor(verdict)
  // Where a name is too long the score stays.
  const end = score === undefined ? '' : ` (${score})`
  const room = longest - captionFont.widthOf(end)
  return [
    ...(truth === undefined
      ? []
      : [{ text: captionFont.fit(`truth ${truth}`, longest), color: colors.text }]),
    ...(prediction === undefined
      ? []
      : [{ text: captionFont.fit(`predicted ${prediction}`, room) + end, color }]),
  ]
}

function frameColor({ isRight }: Verdict): Color {
  if (isRight === undefined) return colors.frame
  return isRight ? colors.right : colors.wrong
}
