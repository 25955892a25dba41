import type { Conv2DBackpropFilterAttrs, Conv2DBackpropFilterInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { type BackendWasm, floatsOf, matMul, transposed, zeros } from '../backend.js'
import { withIntermediates } from '../intermediates.js'
import type { KernelCall } from '../registration.js'
import { type PatchGeometry, patchGeometry } from './patches.js'

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

/** Products over places and batch at once: as many as keep both sides of a matrix product in the cache. */
const chunkLength = 4096

// The gradient of a tap is the product of the gradient with the input shifted by that tap, summed over places and batch:
// one matrix product for all taps, `[taps × channelsIn, places × batch] · [places × batch, channelsOut]`. With the batch
// innermost, places that lie side by side are one piece of memory on both sides, whatever the shift.
function byPlaces(backend: BackendWasm, x: TensorInfo, dy: TensorInfo, geometry: PatchGeometry): TensorInfo {
  const { batch, channelsOut, filterHeight, filterWidth, channelsIn, outSize, patchSize } = geometry
  const filter = zeros(backend, [filterHeight, filterWidth, channelsIn, channelsOut])
  withIntermediates(backend, (intermediates) => {
    const input = intermediates.own(transposed(backend, x, [3, 1, 2, 0]))
    const gradient = intermediates.own(transposed(backend, dy, [1, 2, 0, 3]))
    const places = Math.max(1, Math.round(chunkLength / batch))
    for (let begin = 0; begin < outSize; begin += places) {
      const end = Math.min(outSize, begin + places)
      const length = (end - begin) * batch
      withIntermediates(backend, (chunk) => {
        const shifted = chunk.own(backend.makeOutput([patchSize, length], 'float32'))
        shiftInput(floatsOf(backend, input), floatsOf(backend, shifted), geometry, begin, end)
        const right = chunk.slice(gradient, begin * batch * channelsOut, [length, channelsOut])
        const part = chunk.own(matMul(backend, shifted, right))
        addTo(floatsOf(backend, filter), floatsOf(backend, part))
      })
    }
  })
  return filter
}

/**
 * The input as each tap sees it from output places `begin` to `end`; padding is 0.
 * @param input `[channelsIn, height, width, batch]`
 * @param shifted `[filterHeight × filterWidth × channelsIn, places × batch]`
 */
function shiftInput(
  input: Float32Array,
  shifted: Float32Array,
  geometry: PatchGeometry,
  begin: number,
  end: number,
): void {
  const { batch, filterHeight, filterWidth, channelsIn, inHeight, inWidth, outWidth } = geometry
  const { strideHeight, strideWidth, padTop, padLeft } = geometry
  if (hasPadding(geometry)) shifted.fill(0)
  let rowBegin = 0
  for (let tapRow = 0; tapRow < filterHeight; tapRow++)
    for (let tapColumn = 0; tapColumn < filterWidth; tapColumn++)
      for (let channel = 0; channel < channelsIn; channel++, rowBegin += (end - begin) * batch)
        for (let place = begin; place < end; ) {
          const [row, column] = [Math.floor(place / outWidth), place % outWidth]
          const next = Math.min(end, place - column + outWidth)
          const inRow = row * strideHeight + tapRow - padTop
          if (inRow >= 0 && inRow < inHeight) {
            const line = (channel * inHeight + inRow) * inWidth
            const to = rowBegin + (place - begin) * batch
            copyLine(
              input,
              shifted,
              line,
              to,
              column * strideWidth + tapColumn - padLeft,
              next - place,
              geometry,
            )
          }
          place = next
        }
}

/** Copies what lies inside the line of the input, from column `first` on, `count` columns in steps of the stride. */
function copyLine(
  input: Float32Array,
  shifted: Float32Array,
  line: number,
  to: number,
  first: number,
  count: number,
  { batch, inWidth, strideWidth }: PatchGeometry,
): void {
  const skipped = first < 0 ? Math.ceil(-first / strideWidth) : 0
  const inside = Math.min(count, Math.ceil((inWidth - first) / strideWidth))
  if (strideWidth === 1) {
    if (inside <= skipped) return
    const from = (line + first + skipped) * batch
    shifted.set(input.subarray(from, from + (inside - skipped) * batch), to + skipped * batch)
    return
  }
  for (let i = skipped; i < inside; i++) {
    const [from, at] = [(line + first + i * strideWidth) * batch, to + i * batch]
    for (let image = 0; image < batch; image++) shifted[at + image] = input[from + image] ?? 0
  }
}

function hasPadding({ padTop, padBottom, padLeft, padRight }: PatchGeometry): boolean {
  return padTop > 0 || padBottom > 0 || padLeft > 0 || padRight > 0
}

function addTo(sum: Float32Array, part: Float32Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] ?? 0) + (part[i] ?? 0)
}
