import type { WindowInfo } from './window-info.js'

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
export function tapLines(info: WindowInfo): TapLine[] {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info
  const { strideHeight, strideWidth, padInfo } = info
  const lines: TapLine[] = []
  for (let outRow = 0; outRow < outHeight; outRow++)
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const inRow = outRow * strideHeight - padInfo.top + Math.floor(tap / filterWidth)
      if (inRow < 0 || inRow >= inHeight) continue
      const shift = (tap % filterWidth) - padInfo.left
      const begin = Math.max(0, Math.ceil(-shift / strideWidth))
      const end = Math.min(outWidth, Math.ceil((inWidth - shift) / strideWidth))
      if (end <= begin) continue
      const inPlace = inRow * inWidth + begin * strideWidth + shift
      lines.push({ tap, inPlace, outPlace: outRow * outWidth + begin, count: end - begin })
    }
  return lines
}
