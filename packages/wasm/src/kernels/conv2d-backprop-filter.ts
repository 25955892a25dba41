import type { Conv2DBackpropFilterAttrs, Conv2DBackpropFilterInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, floatOutput, placeOf, transposed } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import { LongSums } from '../long-sums.js'
import { productsOf } from '../products.js'
import type { KernelCall } from '../registration.js'
import { tapLines } from './tap-lines.js'
import { checkFormat, convolutionInfo, gradientInfo, type WindowInfo } from './window-info.js'

/**
 * Gradient of Conv2D towards its filter, `[filterHeight, filterWidth, channelsIn, channelsOut]`.
 * @throws where `dataFormat` is `NCHW`, which the backend has not, and where the gradient does not fit the convolution
 */
export function conv2DBackpropFilter(
  call: KernelCall<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>,
): TensorInfo {
  const { backend, inputs, attrs } = call
  const { x, dy } = inputs
  checkFormat(attrs.dataFormat)
  const info = gradientInfo(convolutionInfo(x.shape, attrs.filterShape, attrs), dy)
  const filter = floatOutput(backend, attrs.filterShape, { x, dy })
  if (info.outHeight * info.outWidth * info.batchSize > 0) addTaps(backend, x, dy, filter, info)
  return filter
}

// The gradient of a tap is the product of the gradient with the input shifted by that tap, summed over places and batch.
// With the batch innermost, `[channelsIn, height, width, batch]`, places that lie side by side are one piece of memory on
// both sides, whatever the shift, and taps in the padding are left out.
function addTaps(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  filter: TensorInfo,
  info: WindowInfo,
): void {
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth, strideWidth } = info
  withIntermediates(backend, (intermediates) => {
    const input = placeOf(backend, intermediates.own(transposed(backend, x, [3, 1, 2, 0])))
    const gradient = placeOf(backend, intermediates.own(transposed(backend, dy, [1, 2, 0, 3])))
    const [products, to] = [productsOf(backend), placeOf(backend, filter)]
    const taps = filterHeight * filterWidth
    const sums = new LongSums(backend, filter, 0, taps * inChannels * outChannels)
    const [channel, place, row] = [
      4 * batchSize * info.inHeight * info.inWidth,
      4 * batchSize,
      4 * outChannels,
    ]
    for (const { tap, inPlace, outPlace, count } of tapLines(info)) {
      const ownTap = to + tap * inChannels * row
      // Strides leave gaps between the places of the input.
      const [steps, length] = strideWidth === 1 ? [1, count] : [count, 1]
      for (let i = 0; i < steps; i++) {
        const left = input + (inPlace + i * strideWidth) * place
        const right = gradient + (outPlace + i) * batchSize * row
        const terms = length * batchSize
        products.multiplyAdd(left, channel, 4, right, row, ownTap, row, inChannels, terms, outChannels)
        sums.took(terms, taps)
      }
    }
    sums.finish()
  })
}
