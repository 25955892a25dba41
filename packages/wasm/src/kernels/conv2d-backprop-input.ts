import type { Conv2DBackpropInputAttrs, Conv2DBackpropInputInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, callKernel, floatsOf, matMul, reshaped, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { Kernel } from '../registration.js'
import { addColumns, eachChunk, type PatchGeometry, patchGeometry } from './patches.js'

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
    if (geometry.outSize * geometry.channelsOut === 0) return zeros(backend, attrs.inputShape)
    const pad = fullPad(geometry)
    return pad === undefined
      ? byColumns(backend, dy, filter, geometry)
      : byConvolution(backend, dy, filter, pad)
  }
}

/**
 * The padding with which a convolution of the gradient has the size of the input. Undefined for strides, and where it
 * would be negative: the forward convolution was padded by more than its filter.
 */
function fullPad(geometry: PatchGeometry): number[][] | undefined {
  const { filterHeight, filterWidth, padTop, padBottom, padLeft, padRight } = geometry
  if (geometry.strideHeight !== 1 || geometry.strideWidth !== 1) return undefined
  const [top, bottom] = [filterHeight - 1 - padTop, filterHeight - 1 - padBottom]
  const [left, right] = [filterWidth - 1 - padLeft, filterWidth - 1 - padRight]
  if (Math.min(top, bottom, left, right) < 0) return undefined
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]
}

// An input place receives from each output place near it, through the tap that lies between them: a convolution with
// the filter turned by 180° and its channels swapped.
function byConvolution(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  pad: number[][],
): TensorInfo {
  return withIntermediates(backend, (intermediates) => {
    const turned = intermediates.own(callKernel(backend, 'Reverse', { x: filter }, { dims: [0, 1] }))
    const swapped = intermediates.own(transposed(backend, turned, [0, 1, 3, 2]))
    const attrs = { strides: 1, pad, dataFormat: 'NHWC', dilations: 1 }
    return callKernel(backend, 'Conv2D', { x: dy, filter: swapped }, attrs)
  })
}

function byColumns(
  backend: BackendWasm,
  dy: TensorInfo,
  filter: TensorInfo,
  geometry: PatchGeometry,
): TensorInfo {
  const { batch, inHeight, inWidth, channelsIn, channelsOut, outSize, patchSize } = geometry
  const dx = zeros(backend, [batch, inHeight, inWidth, channelsIn])
  withIntermediates(backend, (intermediates) => {
    const taps = intermediates.own(reshaped(backend, filter, [patchSize, channelsOut]))
    const flipped = intermediates.own(transposed(backend, taps, [1, 0]))
    eachChunk(geometry, (begin, images) => {
      withIntermediates(backend, (chunk) => {
        const gradient = chunk.slice(dy, begin * outSize * channelsOut, [images * outSize, channelsOut])
        const columns = chunk.own(matMul(backend, gradient, flipped))
        addColumns(floatsOf(backend, dx), floatsOf(backend, columns), geometry, begin, images)
      })
    })
  })
  return dx
}
