import { type Duration, durationForms, type Mode, parseDurationText } from '@hookloop/core'
import * as v from 'valibot'
import { longestSide } from './size-limits.js'

/** Which batches are drawn, where their parts are found, and how large they become. */
export interface NaiveVisualizationHookOptions {
  /**
   * Draws every so many batches. A text counts the training: `'500it'`, `'1ep'`, `'10%'`, `'30min'`; of validations and tests it
   * then draws every so many batches where it counts iterations, else the first. Default 1.
   */
  readonly interval?: Duration
  /** Writes the truth below the picture. Default true. */
  readonly drawGt?: boolean
  /** Writes the prediction below the picture. Default true. */
  readonly drawPred?: boolean
  /** The loops that are drawn; training knows no predictions. Default `['test']`, as in MMEngine. */
  readonly modes?: readonly Mode[]
  /** Pictures of one batch, the first ones. Default 8. */
  readonly maxImages?: number
  /** Field of the batch with the pictures: `[batch, height, width, channels]` or flat. Default `inputs`. */
  readonly images?: string
  /** Field of the batch with the truth: class numbers, one-hot, or anything else. Default `labels`. */
  readonly labels?: string
  /** Field of the predictions with the scores, where they are a record. Default `scores`. */
  readonly scores?: string
  /** Names by class number. Default: `classes` of the dataset's metainfo. */
  readonly classes?: readonly string[]
  /** `[height, width]` or `[height, width, channels]` of flat pictures. */
  readonly imageShape?: readonly number[]
  /** What was subtracted from the pixels, for all channels or one number per channel. Default 0. */
  readonly mean?: number | readonly number[]
  /** What the pixels were divided by after that. Default 1. */
  readonly std?: number | readonly number[]
  /** The values that are black and white, once mean and std are undone. Default: by what the pictures hold. */
  readonly range?: readonly [black: number, white: number]
  /** Pixels of the drawing per pixel of the picture. Default: the smallest that reaches `minSize`. */
  readonly scale?: number
  /** Smaller pictures are enlarged until their longer side has so many pixels. Default 200. */
  readonly minSize?: number
}

const whole = (message: string) => v.pipe(v.number(message), v.integer(message), v.minValue(1, message))
const count = (example: number) => v.optional(whole(`must be a whole number above 0, such as ${example}`))
const side = (example: number) => {
  const message = `must be a whole number from 1 to ${longestSide}, such as ${example}`
  return v.optional(v.pipe(whole(message), v.maxValue(longestSide, message)))
}
const flag = v.optional(v.boolean('must be true or false'))

const fieldMessage = "must be the name of a field, such as 'images'"
const field = v.optional(v.pipe(v.string(fieldMessage), v.nonEmpty(fieldMessage)))

const modesMessage = "must be a list of 'train', 'val' and 'test'"
const shapeMessage = 'must be [height, width] or [height, width, channels], with 1, 3 or 4 channels'
const rangeMessage = 'must be two numbers, such as [0, 1]: the value of black, then that of white'

const perChannel = (message: string, isAllowed: (value: number) => boolean) => {
  const value = v.pipe(v.number(message), v.finite(message), v.check(isAllowed, message))
  return v.optional(v.union([value, v.pipe(v.array(value), v.minLength(1, message))], message))
}

const intervalMessage = `must be a whole number above 0, such as 10, or a text such as ${durationForms()}`
const isText = (value: unknown) => (parseDurationText(value)?.count ?? 0) > 0

export const naiveVisualizationHookSchema = v.strictObject({
  interval: v.optional(
    v.union(
      [
        v.pipe(v.number(intervalMessage), v.integer(intervalMessage), v.minValue(1, intervalMessage)),
        v.custom<string>(isText, intervalMessage),
      ],
      intervalMessage,
    ),
  ),
  drawGt: flag,
  drawPred: flag,
  modes: v.optional(
    v.pipe(
      v.array(v.picklist(['train', 'val', 'test'], modesMessage), modesMessage),
      v.minLength(1, modesMessage),
    ),
  ),
  maxImages: count(8),
  images: field,
  labels: field,
  scores: field,
  classes: v.optional(v.array(v.string('must be a name'), "must be a list of names, such as ['cat', 'dog']")),
  imageShape: v.optional(
    v.pipe(
      v.array(whole(shapeMessage), shapeMessage),
      v.check(
        ([, , channels = 1, ...rest]) => rest.length === 0 && [1, 3, 4].includes(channels),
        shapeMessage,
      ),
      v.minLength(2, shapeMessage),
    ),
  ),
  mean: perChannel('must be a number, or one number per channel', () => true),
  std: perChannel('must be a number that is not 0, or one number per channel', (std) => std !== 0),
  range: v.optional(
    v.pipe(
      v.strictTuple([v.number(rangeMessage), v.number(rangeMessage)], rangeMessage),
      v.check(([black, white]) => Number.isFinite(white - black) && black !== white, rangeMessage),
    ),
  ),
  scale: side(8),
  minSize: side(200),
})
