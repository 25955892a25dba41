import type { Conv2DBackpropFilterAttrs, Conv2DBackpropFilterInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, callKernel, floatsOf, matMul, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { KernelCall } from '../registration.js'
import { columnsOf, eachChunk, type PatchGeometry, patchGeometry } from './patches.js'

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
  const { strideHeight, strideWidth } = geometry
  return strideHeight === 1 && strideWidth === 1
    ? byConvolution(backend, x, dy, geometry)
    : byColumns(backend, x, dy, geometry)
}

// A gradient of another size would be read beyond its end.
function checkGradient(dy: TensorInfo, { outHeight, outWidth }: PatchGeometry): void {
  if (dy.shape[1] === outHeight && dy.shape[2] === outWidth) return
  throw new Error(
    `Conv2DBackpropFilter on wasm: the gradient is ${dy.shape[1]} x ${dy.shape[2]}, but the convolution gives ` +
      `${outHeight} x ${outWidth}. Call it with the strides and padding of the forward convolution.`,
  )
}

// The gradient of a tap is the product of the gradient with the input shifted by that tap, summed over batch and
// places: a convolution in which channels are the batch, the batch is the channels and the gradient is the filter.
function byConvolution(
  backend: BackendWasm,
  x: TensorInfo,
  dy: TensorInfo,
  { padTop, padBottom, padLeft, padRight }: PatchGeometry,
): TensorInfo {
  return withIntermediates(backend, (intermediates) => {
    const input = intermediates.own(transposed(backend, x, [3, 1, 2, 0]))
    const filter = intermediates.own(transposed(backend, dy, [1, 2, 0, 3]))
    const pad = [
      [0, 0],
      [padTop, padBottom],
      [padLeft, padRight],
      [0, 0],
    ]
    const taps = intermediates.own(
      callKernel(
        backend,
        'Conv2D',
        { x: input, filter },
        { strides: 1, pad, dataFormat: 'NHWC', dilations: 1 },
      ),
    )
    return transposed(backend, taps, [1, 2, 0, 3])
  })
}

// columnsᵀ · gradient; written as (gradientᵀ · columns)ᵀ because the gradient is the smaller one to transpose.
function byColumns(backend: BackendWasm, x: TensorInfo, dy: TensorInfo, geometry: PatchGeometry): TensorInfo {
  const { filterHeight, filterWidth, channelsIn, channelsOut, patchSize } = geometry
  return withIntermediates(backend, (intermediates) => {
    const sum = intermediates.own(zeros(backend, [channelsOut, patchSize]))
    eachChunk(geometry, (begin, images) => {
      withIntermediates(backend, (chunk) => {
        const rows = images * geometry.outSize
        const gradient = chunk.slice(dy, begin * geometry.outSize * channelsOut, [rows, channelsOut])
        const columns = chunk.own(backend.makeOutput([rows, patchSize], 'float32'))
        const flipped = chunk.own(transposed(backend, gradient, [1, 0]))
        columnsOf(floatsOf(backend, x), floatsOf(backend, columns), geometry, begin, images)
        const part = chunk.own(matMul(backend, flipped, columns))
        addTo(floatsOf(backend, sum), floatsOf(backend, part))
      })
    })
    const filter = transposed(backend, sum, [1, 0])
    filter.shape = [filterHeight, filterWidth, channelsIn, channelsOut]
    return filter
  })
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (part[i] ?? 0)
}
