import { type Conv2DInputs, util } from '@tensorflow/tfjs-core'
import type { Kernel } from '../registration.js'
import { type ConvolutionAttrs, checkFormat, convolutionInfo, type WindowInfo } from './window-info.js'

export type Convolution = Kernel<Conv2DInputs, ConvolutionAttrs & { readonly dataFormat: 'NHWC' | 'NCHW' }>

/** @throws where `dataFormat` is `NCHW`, which the backend has not */
export function mendedConvolution(stock: Convolution): Convolution {
  return function convolution(call) {
    const { inputs, attrs } = call
    checkFormat(attrs.dataFormat)
    return withPaddingWrittenOut(stock, call, convolutionInfo(inputs.x.shape, inputs.filter.shape, attrs))
  }
}

/** Reads `NHWC` whatever `dataFormat` says, as tfjs's cpu backend does: `tf.layers` counts on it. */
export function mendedDepthwiseConvolution(stock: Convolution): Convolution {
  return function depthwiseConvolution(call) {
    const { x, filter } = call.inputs
    return withPaddingWrittenOut(stock, call, convolutionInfo(x.shape, filter.shape, call.attrs, true))
  }
}

// XNNPACK computes the size of the output by itself and writes that many values, whatever was allocated. It rounds down,
// arrives at a negative padding of `same` where the stride is larger than the window, and fails where there is no output.
// With the padding written out it can only arrive at the size that tfjs-core says.
export function withPaddingWrittenOut<Inputs, Attrs>(
  stock: Kernel<Inputs, Attrs>,
  call: Parameters<Kernel<Inputs, Attrs>>[0],
  info: WindowInfo,
) {
  if (util.sizeFromShape(info.outShape) === 0) return call.backend.makeOutput(info.outShape, 'float32')
  const { top, left, bottom, right } = info.padInfo
  const height = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight - info.inHeight - top
  const width = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth - info.inWidth - left
  const pad = [
    [0, 0],
    [top, Math.max(bottom, height)],
    [left, Math.max(right, width)],
    [0, 0],
  ]
  return stock({ ...call, attrs: { ...call.attrs, pad, dimRoundingMode: undefined } })
}
