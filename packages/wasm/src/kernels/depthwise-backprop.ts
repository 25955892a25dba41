import {
  backend_util,
  type DepthwiseConv2dNativeBackpropFilterAttrs,
  type DepthwiseConv2dNativeBackpropFilterInputs,
  type DepthwiseConv2dNativeBackpropInputAttrs,
  type DepthwiseConv2dNativeBackpropInputInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { floatsOf, zeros } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { shape4D } from './patches.js'
import { eachTap, windows2D } from './taps.js'

type FilterCall = KernelCall<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>
type InputCall = KernelCall<DepthwiseConv2dNativeBackpropInputInputs, DepthwiseConv2dNativeBackpropInputAttrs>

/** Gradient of a depthwise convolution towards its filter, `[filterHeight, filterWidth, channels, multiplier]`. */
export function depthwiseConv2dNativeBackpropFilter({ backend, inputs, attrs }: FilterCall): TensorInfo {
  const { x, dy } = inputs
  const info = depthwiseInfo(x.shape, attrs.filterShape, attrs)
  const filter = zeros(backend, attrs.filterShape)
  const [from, gradient] = [floatsOf(backend, x), floatsOf(backend, dy)]
  // Sums over batch and places are long: double precision keeps them exact.
  const sums = new Float64Array(info.filterHeight * info.filterWidth * info.outChannels)
  const multiplier = info.outChannels / info.inChannels
  eachTap(windows2D(info), (tap, inPlace, outPlace) => {
    const at = tap * info.outChannels
    const [input, output] = [inPlace * info.inChannels, outPlace * info.outChannels]
    if (multiplier === 1)
      for (let c = 0; c < info.outChannels; c++)
        sums[at + c] = (sums[at + c] ?? 0) + (from[input + c] ?? 0) * (gradient[output + c] ?? 0)
    else
      for (let c = 0; c < info.inChannels; c++)
        for (let m = 0, o = c * multiplier; m < multiplier; m++, o++)
          sums[at + o] = (sums[at + o] ?? 0) + (from[input + c] ?? 0) * (gradient[output + o] ?? 0)
  })
  floatsOf(backend, filter).set(sums)
  return filter
}

/** Gradient of a depthwise convolution towards its input. */
export function depthwiseConv2dNativeBackpropInput({ backend, inputs, attrs }: InputCall): TensorInfo {
  const { dy, filter } = inputs
  const info = depthwiseInfo(attrs.inputShape, filter.shape, attrs)
  const dx = zeros(backend, attrs.inputShape)
  const [taps, gradient, to] = [floatsOf(backend, filter), floatsOf(backend, dy), floatsOf(backend, dx)]
  const multiplier = info.outChannels / info.inChannels
  eachTap(windows2D(info), (tap, inPlace, outPlace) => {
    const at = tap * info.outChannels
    const [input, output] = [inPlace * info.inChannels, outPlace * info.outChannels]
    if (multiplier === 1)
      for (let c = 0; c < info.outChannels; c++)
        to[input + c] = (to[input + c] ?? 0) + (taps[at + c] ?? 0) * (gradient[output + c] ?? 0)
    else
      for (let c = 0; c < info.inChannels; c++) {
        let sum = to[input + c] ?? 0
        for (let m = 0, o = c * multiplier; m < multiplier; m++, o++)
          sum += (taps[at + o] ?? 0) * (gradient[output + o] ?? 0)
        to[input + c] = sum
      }
  })
  return dx
}

type Conv2DInfo = ReturnType<typeof backend_util.computeConv2DInfo>

function depthwiseInfo(
  inShape: readonly number[],
  filterShape: readonly number[],
  attrs: DepthwiseConv2dNativeBackpropFilterAttrs | DepthwiseConv2dNativeBackpropInputAttrs,
): Conv2DInfo {
  const { strides, dilations, pad, dimRoundingMode } = attrs
  return backend_util.computeConv2DInfo(
    shape4D(inShape),
    shape4D(filterShape),
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  )
}
