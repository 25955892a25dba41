import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'

/** How windows lie in an image, as tfjs-core tells it. */
export type WindowInfo = ReturnType<typeof backend_util.computeConv2DInfo>

type ConvolutionArguments = Parameters<typeof backend_util.computeConv2DInfo>
type Padding = ConvolutionArguments[4]

interface WindowAttrs {
  readonly strides: ConvolutionArguments[2]
  readonly pad: Padding
  readonly dimRoundingMode?: ConvolutionArguments[5]
}

export interface ConvolutionAttrs extends WindowAttrs {
  /** `tf.layers` gives null for none. */
  readonly dilations?: ConvolutionArguments[3] | null
}

export interface PoolAttrs extends WindowAttrs {
  readonly filterSize: number | [number, number]
}

/**
 * The windows of a convolution of `[batch, height, width, channels]`.
 * @throws where the filter is larger than the padded image
 */
export function convolutionInfo(
  inShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: ConvolutionAttrs,
  isDepthwise = false,
): WindowInfo {
  const info = backend_util.computeConv2DInfo(
    shape4D(inShape),
    shape4D(filterShape),
    strides,
    dilations ?? 1,
    onEachSide(pad),
    dimRoundingMode,
    isDepthwise,
  )
  return fitting(info)
}

/** The windows of a pool over `[batch, height, width, channels]`. @throws where a window is larger than the padded image */
export function poolInfo(
  inShape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolAttrs,
): WindowInfo {
  const side = onEachSide(pad)
  return fitting(
    backend_util.computePool2DInfo(shape4D(inShape), filterSize, strides, 1, side, dimRoundingMode),
  )
}

/** @throws where it is `NCHW`, which the backend has not */
export function checkFormat(dataFormat: 'NHWC' | 'NCHW'): void {
  if (dataFormat === 'NHWC') return
  throw new Error(
    `Convolutions on wasm: dataFormat is ${dataFormat}; only NHWC is supported. ` +
      'Transpose the input to [batch, height, width, channels].',
  )
}

// For a number tfjs-core takes height and its stride for width, too; written out, it takes each for itself.
function onEachSide(pad: Padding): Padding {
  if (typeof pad !== 'number') return pad
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ]
}

function fitting(info: WindowInfo): WindowInfo {
  const { outHeight, outWidth, effectiveFilterHeight, effectiveFilterWidth, inHeight, inWidth } = info
  if (outHeight >= 0 && outWidth >= 0) return info
  throw new Error(
    `A window of ${effectiveFilterHeight} x ${effectiveFilterWidth} does not fit into an image of ` +
      `${inHeight} x ${inWidth} with this padding. Make the window smaller or the padding larger.`,
  )
}

/**
 * The windows of a gradient. tfjs-core does not tell every gradient kernel how the forward one rounded the size of its
 * output: the gradient shows it.
 * @throws where no rounding leads from the input to the gradient, which would be read beyond its end
 */
export function gradientInfo(info: WindowInfo, dy: TensorInfo): WindowInfo {
  const [, outHeight = 0, outWidth = 0] = dy.shape
  if (isGradientOf(info, dy)) return { ...info, outHeight, outWidth }
  throw new Error(
    `The gradient is [${dy.shape.join(', ')}], but the input, the window, strides and padding lead to ` +
      `[${info.outShape.join(', ')}]. Give the kernel those of the forward operation.`,
  )
}

/** Whether some rounding leads to the shape of the gradient. */
export function isGradientOf(info: WindowInfo, dy: TensorInfo): boolean {
  const [batch, outHeight = 0, outWidth = 0, channels] = dy.shape
  const { padInfo, strideHeight, strideWidth } = info
  const height = info.inHeight - info.effectiveFilterHeight + padInfo.top + padInfo.bottom
  const width = info.inWidth - info.effectiveFilterWidth + padInfo.left + padInfo.right
  return (
    batch === info.batchSize &&
    channels === info.outChannels &&
    isRounded(outHeight, info.outHeight, height / strideHeight + 1) &&
    isRounded(outWidth, info.outWidth, width / strideWidth + 1)
  )
}

function isRounded(size: number, usual: number, exact: number): boolean {
  return size === usual || size === Math.ceil(exact)
}

export function shape4D(shape: readonly number[]): [number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1] = shape
  return [first, second, third, fourth]
}

export function shape5D(shape: readonly number[]): [number, number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1, fifth = 1] = shape
  return [first, second, third, fourth, fifth]
}
