import { type DataBatch, Registry, type TypedConfig } from '@hookloop/core'
import type { Tensor4D } from '@tensorflow/tfjs-core'

/** Makes another view of images `[batch, height, width, channels]`; must not wait and must keep the batch's size. */
export interface ImageAugmentation {
  apply(images: Tensor4D): Tensor4D
}

/** Makes another view of a whole batch, with fields of its own or those of `batch`; must not wait. */
// The type of a method, so that a function may declare the fields that it takes.
export type BatchAugmentation = { augment(batch: DataBatch): DataBatch }['augment']

/** Options of registered augmentations by name; packages add theirs. */
export interface AugmentationConfigs {
  Identity: Readonly<Record<never, never>>
  HorizontalFlip: Readonly<Record<never, never>>
  VerticalFlip: Readonly<Record<never, never>>
  Rotate90: Rotate90Options
  Shift: ShiftOptions
  Scale: ScaleOptions
}

/** Options of the augmentation `Rotate90`. */
export interface Rotate90Options {
  /** Quarter turns, counter-clockwise. Default 1. */
  readonly times?: 1 | 2 | 3
}

/** Whole pixels; what moves in from outside is 0. */
export type ShiftOptions =
  | { /** To the right. */ readonly x: number /** Down. Default 0. */; readonly y?: number }
  | { /** To the right. Default 0. */ readonly x?: number /** Down. */; readonly y: number }

/** Options of the augmentation `Scale`. */
export interface ScaleOptions {
  /** Above 1 enlarges the middle of the image, below 1 shrinks the image into the middle. */
  readonly factor: number
}

/** Augmentations that need no options, so that their names will do. */
type PlainName = {
  [Name in keyof AugmentationConfigs & string]: Record<never, never> extends AugmentationConfigs[Name]
    ? Name
    : never
}[keyof AugmentationConfigs & string]

/** A function of yours, or a registered augmentation of images by name or config. */
export type AugmentationEntry = BatchAugmentation | PlainName | TypedConfig<AugmentationConfigs>

/** Augmentations of images by name. */
export const augmentationRegistry = new Registry<ImageAugmentation>('augmentation')
