import type { Conv2DBackpropInputAttrs, Conv2DBackpropInputInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, floatOutput, placeOf, transposed } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import { productsOf } from '../products.js'
import type { Kernel } from '../registration.js'
import { tapLines } from './tap-lines.js'
import { checkFormat, convolutionInfo, gradientInfo, isGradientOf, type WindowInfo } from './window-info.js'

type Conv2DBackpropInput = Kernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>

/**
 * Gradient of Conv2D towards its input; also the forward kernel of a transposed convolution.
 * @throws where `dataFormat` is `NCHW`, which the backend has not, and where the gradient does not fit the convolution
 */
export function fastConv2DBackpropInput(stock: Conv2DBackpropInput): Conv2DBackpropInput {
  return function conv2DBackpropInput(call) {
    const { backend, inputs, attrs } = call
    const { dy, filter } = inputs
    checkFormat(attrs.dataFormat)
    const forward = convolutionInfo(attrs.inputShape, filter.shape, attrs)
    // A transposed convolution may be asked for less than its padding leads to: the rest of the gradient is left out.
    if (!isGradientOf(forward, dy) && leavesOut(forward, dy)) return stock(call)
    const info = gradientInfo(forward, dy)
    const dx = floatOutput(backend, attrs.inputShape, { dy, filter })
    spread(backend, dy, filter, dx, info)
    return dx
  }
}

function leavesOut({ outShape }: WindowInfo, dy: TensorInfo): boolean {
  return dy.shape.every((length, axis) => length >= (outShape[axis] ?? 0)) && dy.shape[3] === outShape[3]
}

// Each output hands its gradient to the places that it came from, through the taps of the filter turned on their side.
function spread(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  dx: TensorInfo,
  info: WindowInfo,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, strideWidth } = info
  withIntermediates(backend, (intermediates) => {
    const taps = placeOf(backend, intermediates.own(transposed(backend, filter, [0, 1, 3, 2])))
    const [from, to, products] = [placeOf(backend, dy), placeOf(backend, dx), productsOf(backend)]
    const [inRow, outRow] = [4 * inChannels, 4 * outChannels]
    const lines = tapLines(info)
    for (let image = 0; image < batchSize; image++)
      for (const { tap, inPlace, outPlace, count } of lines) {
        const gradient = from + (image * outHeight * outWidth + outPlace) * outRow
        const place = to + (image * inHeight * inWidth + inPlace) * inRow
        const side = taps + tap * outChannels * inRow
        const step = strideWidth * inRow
        products.multiplyAdd(gradient, outRow, 4, side, inRow, place, step, count, outChannels, inChannels)
      }
  })
}
