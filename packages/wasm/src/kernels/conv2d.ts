import type { Conv2DAttrs, Conv2DInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, placeOf, zeros } from '../backend.js'
import { productsOf } from '../products.js'
import type { Kernel } from '../registration.js'
import { type PatchGeometry, patchGeometry, tapLines } from './patches.js'

type Conv2D = Kernel<Conv2DInputs, Conv2DAttrs>

/** Convolutions as products of lines of the image with taps of the filter; nothing is copied, nothing packed. */
export function fastConv2D(stock: Conv2D): Conv2D {
  return function conv2D(call) {
    const { backend, inputs, attrs } = call
    const { x, filter } = inputs
    const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs
    const isPlain = [dilations].flat().every((dilation) => dilation === 1)
    if (x.dtype !== 'float32' || filter.dtype !== 'float32' || dataFormat !== 'NHWC' || !isPlain)
      return stock(call)
    return gather(backend, x, filter, patchGeometry(x.shape, filter.shape, strides, pad, dimRoundingMode))
  }
}

function gather(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  geometry: PatchGeometry,
): TensorInfo {
  const { batch, inHeight, inWidth, channelsIn, channelsOut, outHeight, outWidth, outSize, strideWidth } =
    geometry
  const output = zeros(backend, [batch, outHeight, outWidth, channelsOut])
  const [from, taps, to] = [placeOf(backend, x), placeOf(backend, filter), placeOf(backend, output)]
  const products = productsOf(backend)
  const [inRow, outRow] = [4 * channelsIn, 4 * channelsOut]
  const lines = tapLines(geometry)
  for (let image = 0; image < batch; image++)
    for (const { tap, inPlace, outPlace, count } of lines) {
      const left = from + (image * inHeight * inWidth + inPlace) * inRow
      const right = taps + tap * channelsIn * outRow
      const place = to + (image * outSize + outPlace) * outRow
      products.multiplyAdd(
        left,
        strideWidth * inRow,
        4,
        right,
        outRow,
        place,
        outRow,
        count,
        channelsIn,
        channelsOut,
      )
    }
  return output
}
