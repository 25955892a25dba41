import type { Conv2DBackpropInputAttrs, Conv2DBackpropInputInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, placeOf, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import { productsOf } from '../products.js'
import type { Kernel } from '../registration.js'
import { type PatchGeometry, patchGeometry, tapLines } from './patches.js'

type Conv2DBackpropInput = Kernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>

/** Gradient of Conv2D towards its input; also the forward kernel of a transposed convolution. */
export function fastConv2DBackpropInput(stock: Conv2DBackpropInput): Conv2DBackpropInput {
  return function conv2DBackpropInput(call) {
    const { backend, inputs, attrs } = call
    const { dy, filter } = inputs
    if (attrs.dataFormat !== 'NHWC') return stock(call)
    const geometry = patchGeometry(
      attrs.inputShape,
      filter.shape,
      attrs.strides,
      attrs.pad,
      attrs.dimRoundingMode,
    )
    // A transposed convolution may be given an output that its padding does not lead to.
    if (dy.shape[1] !== geometry.outHeight || dy.shape[2] !== geometry.outWidth) return stock(call)
    return spread(backend, dy, filter, geometry)
  }
}

// Each output hands its gradient to the places that it came from, through the taps of the filter turned on their side.
function spread(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: PatchGeometry,
): TensorInfo {
  const { batch, inHeight, inWidth, channelsIn, channelsOut, outSize, strideWidth } = geometry
  const dx = zeros(backend, [batch, inHeight, inWidth, channelsIn])
  withIntermediates(backend, (intermediates) => {
    const taps = placeOf(backend, intermediates.own(transposed(backend, filter, [0, 1, 3, 2])))
    const [from, to, products] = [placeOf(backend, dy), placeOf(backend, dx), productsOf(backend)]
    const [inRow, outRow] = [4 * channelsIn, 4 * channelsOut]
    const lines = tapLines(geometry)
    for (let image = 0; image < batch; image++)
      for (const { tap, inPlace, outPlace, count } of lines) {
        const gradient = from + (image * outSize + outPlace) * outRow
        const place = to + (image * inHeight * inWidth + inPlace) * inRow
        const side = taps + tap * channelsOut * inRow
        const step = strideWidth * inRow
        products.multiplyAdd(gradient, outRow, 4, side, inRow, place, step, count, channelsOut, channelsIn)
      }
  })
  return dx
}
