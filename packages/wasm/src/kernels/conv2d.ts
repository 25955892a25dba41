import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type BackendWasm, floatOutput, placeOf } from '../backend.js'
import { productsOf } from '../products.js'
import { tapLines } from './tap-lines.js'
import { convolutionInfo, type WindowInfo } from './window-info.js'
import type { Convolution } from './written-out-padding.js'

/** Channels below which a product is too short for its own good. */
const fewChannels = 16
/** Values of a filter that stay in the cache while an image passes. */
const cachedFloats = 65_536

/**
 * Convolutions as products of lines of the image with taps of the filter; nothing is copied, nothing packed. XNNPACK,
 * which packs, is faster where the input has few channels and where the filter is large.
 */
export function fastConv2D(stock: Convolution): Convolution {
  return function conv2D(call) {
    const { backend, inputs, attrs } = call
    const { x, filter } = inputs
    const isDilated = [attrs.dilations ?? 1].flat().some((dilation) => dilation !== 1)
    if (attrs.dataFormat !== 'NHWC' || isDilated || !isFaster(filter.shape)) return stock(call)
    const info = convolutionInfo(x.shape, filter.shape, attrs)
    const output = floatOutput(backend, info.outShape, { x, filter })
    gather(backend, x, filter, output, info)
    return output
  }
}

function isFaster(filterShape: readonly number[]): boolean {
  return (filterShape[2] ?? 0) >= fewChannels && util.sizeFromShape([...filterShape]) <= cachedFloats
}

function gather(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  output: TensorInfo,
  info: WindowInfo,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideWidth } = info
  const [from, taps, to] = [placeOf(backend, x), placeOf(backend, filter), placeOf(backend, output)]
  const products = productsOf(backend)
  const [inRow, outRow] = [4 * inChannels, 4 * outChannels]
  const lines = tapLines(info)
  for (let image = 0; image < batchSize; image++)
    for (const { tap, inPlace, outPlace, count } of lines) {
      const left = from + (image * inHeight * inWidth + inPlace) * inRow
      const right = taps + tap * inChannels * outRow
      const place = to + (image * outHeight * outWidth + outPlace) * outRow
      const step = strideWidth * inRow
      products.multiplyAdd(left, step, 4, right, outRow, place, outRow, count, inChannels, outChannels)
    }
}
