import type {
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  DepthwiseConv2dNativeBackpropInputInputs,
  TensorInfo,
} from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { eachTap, windows2D } from './taps.js'
import { convolutionInfo, gradientInfo, type WindowInfo } from './window-info.js'

type FilterCall = KernelCall<
  DepthwiseConv2dNativeBackpropFilterInputs,
  DepthwiseConv2dNativeBackpropFilterAttrs
>
type InputCall = KernelCall<DepthwiseConv2dNativeBackpropInputInputs, DepthwiseConv2dNativeBackpropInputAttrs>

/** Gradient of a depthwise convolution towards its filter, `[filterHeight, filterWidth, channels, multiplier]`. */
export function depthwiseConv2dNativeBackpropFilter({ backend, inputs, attrs }: FilterCall): TensorInfo {
  const { x, dy } = inputs
  const info = gradientInfo(convolutionInfo(x.shape, attrs.filterShape, attrs, true), dy)
  const filter = floatOutput(backend, attrs.filterShape, { x, dy })
  const [from, gradient] = [floatsOf(backend, x), floatsOf(backend, dy)]
  const { inChannels, outChannels } = info
  // Sums over batch and places are long: double precision keeps them exact.
  const sums = new Float64Array(info.filterHeight * info.filterWidth * outChannels)
  const channels = inputChannels(info)
  eachTap(windows2D(info), (tap, inPlace, outPlace) => {
    const [at, input, output] = [tap * outChannels, inPlace * inChannels, outPlace * outChannels]
    for (let c = 0; c < outChannels; c++)
      sums[at + c] =
        (sums[at + c] ?? 0) + (from[input + (channels[c] ?? 0)] ?? 0) * (gradient[output + c] ?? 0)
  })
  floatsOf(backend, filter).set(sums)
  return filter
}

/** Gradient of a depthwise convolution towards its input. */
export function depthwiseConv2dNativeBackpropInput({ backend, inputs, attrs }: InputCall): TensorInfo {
  const { dy, filter } = inputs
  const info = gradientInfo(convolutionInfo(attrs.inputShape, filter.shape, attrs, true), dy)
  const dx = floatOutput(backend, attrs.inputShape, { dy, filter })
  const [taps, gradient, to] = [floatsOf(backend, filter), floatsOf(backend, dy), floatsOf(backend, dx)]
  const { inChannels, outChannels } = info
  const channels = inputChannels(info)
  eachTap(windows2D(info), (tap, inPlace, outPlace) => {
    const [at, input, output] = [tap * outChannels, inPlace * inChannels, outPlace * outChannels]
    for (let c = 0; c < outChannels; c++) {
      const place = input + (channels[c] ?? 0)
      to[place] = (to[place] ?? 0) + (taps[at + c] ?? 0) * (gradient[output + c] ?? 0)
    }
  })
  return dx
}

/** For each channel of the output, the channel of the input that it comes from. */
function inputChannels({ inChannels, outChannels }: WindowInfo): Int32Array {
  const multiplier = outChannels / inChannels
  return Int32Array.from({ length: outChannels }, (_, channel) => Math.floor(channel / multiplier))
}
