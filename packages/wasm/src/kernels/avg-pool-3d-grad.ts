import type { AvgPool3DGradAttrs, AvgPool3DGradInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { eachTap, windows3D } from './taps.js'
import { pool3DInfo } from './window-info-3d.js'

/** As for AvgPool, in three dimensions. In place of the backend's own, which counts padding as part of the window. */
export function avgPool3DGrad(call: KernelCall<AvgPool3DGradInputs, AvgPool3DGradAttrs>): TensorInfo {
  const { backend, inputs, attrs } = call
  const { dy, input } = inputs
  const info = pool3DInfo(input.shape, attrs)
  const channels = info.inChannels
  const dx = floatOutput(backend, input.shape, { dy })
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
