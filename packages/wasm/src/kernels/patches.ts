import { backend_util } from '@tensorflow/tfjs-core'

/** How the patches of a 2D convolution lie in its input. */
export interface PatchGeometry {
  readonly batch: number
  readonly inHeight: number
  readonly inWidth: number
  readonly channelsIn: number
  readonly outHeight: number
  readonly outWidth: number
  readonly channelsOut: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly strideHeight: number
  readonly strideWidth: number
  readonly padTop: number
  readonly padBottom: number
  readonly padLeft: number
  readonly padRight: number
  /** Places of the output of one image. */
  readonly outSize: number
  /** Values of one patch: height × width × input channels. */
  readonly patchSize: number
}

type Conv2DInfoArguments = Parameters<typeof backend_util.computeConv2DInfo>

export function patchGeometry(
  inShape: Conv2DInfoArguments[0] | number[],
  filterShape: Conv2DInfoArguments[1] | number[],
  strides: Conv2DInfoArguments[2],
  pad: Conv2DInfoArguments[4],
  roundingMode: Conv2DInfoArguments[5],
): PatchGeometry {
  const info = backend_util.computeConv2DInfo(
    shape4D(inShape),
    shape4D(filterShape),
    strides,
    1,
    pad,
    roundingMode,
  )
  return {
    batch: info.batchSize,
    inHeight: info.inHeight,
    inWidth: info.inWidth,
    channelsIn: info.inChannels,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    channelsOut: info.outChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    strideHeight: info.strideHeight,
    strideWidth: info.strideWidth,
    padTop: info.padInfo.top,
    padBottom: info.padInfo.bottom,
    padLeft: info.padInfo.left,
    padRight: info.padInfo.right,
    outSize: info.outHeight * info.outWidth,
    patchSize: info.filterHeight * info.filterWidth * info.inChannels,
  }
}

export function shape4D(shape: readonly number[]): [number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1] = shape
  return [first, second, third, fourth]
}

export function shape5D(shape: readonly number[]): [number, number, number, number, number] {
  const [first = 1, second = 1, third = 1, fourth = 1, fifth = 1] = shape
  return [first, second, third, fourth, fifth]
}

/** Outputs of one row that one tap of the filter reaches inside the image, side by side. */
export interface TapLine {
  /** Of the filter, row by row. */
  readonly tap: number
  /** Place of the input under the first output, `row × inWidth + column`; the next ones are a stride apart. */
  readonly inPlace: number
  /** Place of the first output, `row × outWidth + column`. */
  readonly outPlace: number
  readonly count: number
}

/** The lines of all taps, row by row of the output; what lies in the padding is left out. */
export function tapLines(geometry: PatchGeometry): TapLine[] {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = geometry
  const { strideHeight, strideWidth, padTop, padLeft } = geometry
  const lines: TapLine[] = []
  for (let outRow = 0; outRow < outHeight; outRow++)
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const inRow = outRow * strideHeight - padTop + Math.floor(tap / filterWidth)
      if (inRow < 0 || inRow >= inHeight) continue
      const shift = (tap % filterWidth) - padLeft
      const begin = Math.max(0, Math.ceil(-shift / strideWidth))
      const end = Math.min(outWidth, Math.ceil((inWidth - shift) / strideWidth))
      if (end <= begin) continue
      const inPlace = inRow * inWidth + begin * strideWidth + shift
      lines.push({ tap, inPlace, outPlace: outRow * outWidth + begin, count: end - begin })
    }
  return lines
}
