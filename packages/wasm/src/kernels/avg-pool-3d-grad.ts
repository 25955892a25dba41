import {
  type AvgPool3DGradAttrs,
  type AvgPool3DGradInputs,
  backend_util,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { floatsOf, zeros } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { shape5D } from './patches.js'
import { eachTap, windows3D } from './taps.js'

/** As for AvgPool, in three dimensions. In place of the backend's own, which counts padding as part of the window. */
export function avgPool3DGrad(call: KernelCall<AvgPool3DGradInputs, AvgPool3DGradAttrs>): TensorInfo {
  const { backend, inputs, attrs } = call
  const { dy, input } = inputs
  const { filterSize, strides, pad, dimRoundingMode } = attrs
  const info = backend_util.computePool3DInfo(
    shape5D(input.shape),
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  )
  const channels = info.inChannels
  const dx = zeros(backend, input.shape)
  const [from, to] = [floatsOf(backend, dy), floatsOf(backend, dx)]
  const geometry = windows3D(info)
  const counts = new Uint32Array(from.length / Math.max(1, channels))
  eachTap(geometry, (_tap, _inPlace, outPlace) => {
    counts[outPlace] = (counts[outPlace] ?? 0) + 1
  })
  eachTap(geometry, (_tap, inPlace, outPlace) => {
    const share = 1 / (counts[outPlace] ?? 1)
    for (let channel = 0; channel < channels; channel++) {
      const at = inPlace * channels + channel
      to[at] = (to[at] ?? 0) + (from[outPlace * channels + channel] ?? 0) * share
    }
  })
  return dx
}
