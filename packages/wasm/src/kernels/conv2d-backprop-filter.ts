import type { Conv2DBackpropFilterAttrs, Conv2DBackpropFilterInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, placeOf, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import { productsOf } from '../products.js'
import type { KernelCall } from '../registration.js'
import { type PatchGeometry, patchGeometry, tapLines } from './patches.js'

/**
 * Gradient of Conv2D towards its filter, `[filterHeight, filterWidth, channelsIn, channelsOut]`.
 * @throws where `dataFormat` is `NCHW`, which the backend has not, and where the gradient does not fit the convolution
 */
export function conv2DBackpropFilter(
  call: KernelCall<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>,
): TensorInfo {
  const { backend, inputs, attrs } = call
  const { x, dy } = inputs
  if (attrs.dataFormat !== 'NHWC')
    throw new Error(
      `Conv2DBackpropFilter on wasm: dataFormat is ${attrs.dataFormat}; only NHWC is supported. ` +
        'Transpose the input to [batch, height, width, channels].',
    )
  const geometry = patchGeometry(x.shape, attrs.filterShape, attrs.strides, attrs.pad, attrs.dimRoundingMode)
  checkGradient(dy, geometry)
  if (geometry.outSize * geometry.channelsOut === 0) return zeros(backend, attrs.filterShape)
  return byPlaces(backend, x, dy, geometry)
}

// A gradient of another size would be read beyond its end.
function checkGradient(dy: TensorInfo, { outHeight, outWidth }: PatchGeometry): void {
  if (dy.shape[1] === outHeight && dy.shape[2] === outWidth) return
  throw new Error(
    `Conv2DBackpropFilter on wasm: the gradient is ${dy.shape[1]} x ${dy.shape[2]}, but the convolution gives ` +
      `${outHeight} x ${outWidth}. Call it with the strides and padding of the forward convolution.`,
  )
}

// The gradient of a tap is the product of the gradient with the input shifted by that tap, summed over places and batch.
// With the batch innermost, `[channelsIn, height, width, batch]`, places that lie side by side are one piece of memory on
// both sides, whatever the shift, and taps in the padding are left out.
function byPlaces(backend: BackendWasm, x: TensorInfo, dy: TensorInfo, geometry: PatchGeometry): TensorInfo {
  const { batch, channelsIn, channelsOut, filterHeight, filterWidth, inHeight, inWidth, strideWidth } =
    geometry
  const filter = zeros(backend, [filterHeight, filterWidth, channelsIn, channelsOut])
  withIntermediates(backend, (intermediates) => {
    const input = placeOf(backend, intermediates.own(transposed(backend, x, [3, 1, 2, 0])))
    const gradient = placeOf(backend, intermediates.own(transposed(backend, dy, [1, 2, 0, 3])))
    const products = productsOf(backend)
    const to = placeOf(backend, filter)
    const [channel, place, row] = [4 * batch * inHeight * inWidth, 4 * batch, 4 * channelsOut]
    for (const { tap, inPlace, outPlace, count } of tapLines(geometry)) {
      const ownTap = to + tap * channelsIn * row
      // Strides leave gaps between the places of the input.
      const [steps, length] = strideWidth === 1 ? [1, count] : [count, 1]
      for (let i = 0; i < steps; i++) {
        const left = input + (inPlace + i * strideWidth) * place
        const right = gradient + (outPlace + i) * batch * row
        products.multiplyAdd(
          left,
          channel,
          4,
          right,
          row,
          ownTap,
          row,
          channelsIn,
          length * batch,
          channelsOut,
        )
      }
    }
  })
  return filter
}
