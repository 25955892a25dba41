import {
  backend_util,
  type Conv3DBackpropFilterV2Attrs,
  type Conv3DBackpropFilterV2Inputs,
  type Conv3DBackpropInputV2Attrs,
  type Conv3DBackpropInputV2Inputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { eachTap, windows3D } from './taps.js'
import { shape5D } from './window-info.js'

/**
 * Gradient of Conv3D towards its filter. In place of the backend's own, which is wrong for strides and for padding that
 * is not the same on all sides.
 */
export function conv3DBackpropFilter(
  call: KernelCall<Conv3DBackpropFilterV2Inputs, Conv3DBackpropFilterV2Attrs>,
): TensorInfo {
  const { backend, inputs, attrs } = call
  const { x, dy } = inputs
  const { filterShape, strides, pad } = attrs
  const info = backend_util.computeConv3DInfo(shape5D(x.shape), shape5D(filterShape), strides, 1, pad)
  const { inChannels, outChannels } = info
  const filter = floatOutput(backend, filterShape, { x, dy })
  const [from, gradient] = [floatsOf(backend, x), floatsOf(backend, dy)]
  const sums = new Float64Array(filterShape.reduce((size, length) => size * length, 1))
  eachTap(windows3D(info), (tap, inPlace, outPlace) => {
    for (let i = 0; i < inChannels; i++) {
      const value = from[inPlace * inChannels + i] ?? 0
      const at = (tap * inChannels + i) * outChannels
      for (let o = 0; o < outChannels; o++)
        sums[at + o] = (sums[at + o] ?? 0) + value * (gradient[outPlace * outChannels + o] ?? 0)
    }
  })
  floatsOf(backend, filter).set(sums)
  return filter
}

/** Gradient of Conv3D towards its input; in place of the backend's own for the same reason. */
export function conv3DBackpropInput(
  call: KernelCall<Conv3DBackpropInputV2Inputs, Conv3DBackpropInputV2Attrs>,
): TensorInfo {
  const { backend, inputs, attrs } = call
  const { dy, filter } = inputs
  const { inputShape, strides, pad } = attrs
  const info = backend_util.computeConv3DInfo(shape5D(inputShape), shape5D(filter.shape), strides, 1, pad)
  const { inChannels, outChannels } = info
  const dx = floatOutput(backend, inputShape, { dy, filter })
  const [taps, gradient, to] = [floatsOf(backend, filter), floatsOf(backend, dy), floatsOf(backend, dx)]
  eachTap(windows3D(info), (tap, inPlace, outPlace) => {
    for (let i = 0; i < inChannels; i++) {
      const at = (tap * inChannels + i) * outChannels
      let sum = to[inPlace * inChannels + i] ?? 0
      for (let o = 0; o < outChannels; o++)
        sum += (taps[at + o] ?? 0) * (gradient[outPlace * outChannels + o] ?? 0)
      to[inPlace * inChannels + i] = sum
    }
  })
  return dx
}
