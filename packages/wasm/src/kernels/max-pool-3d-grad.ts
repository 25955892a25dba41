import type { MaxPool3DGradAttrs, MaxPool3DGradInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { eachTap, windows3D } from './taps.js'
import { pool3DInfo } from './window-info-3d.js'

/** As for MaxPool, in three dimensions. In place of the backend's own, which hands gradients to wrong places. */
export function maxPool3DGrad(call: KernelCall<MaxPool3DGradInputs, MaxPool3DGradAttrs>): TensorInfo {
  const { backend, inputs, attrs } = call
  const { dy, input, output } = inputs
  const info = pool3DInfo(input.shape, attrs)
  const channels = info.inChannels
  const dx = floatOutput(backend, input.shape, { dy, input, output })
  const [x, y] = [floatsOf(backend, input), floatsOf(backend, output)]
  const [from, to] = [floatsOf(backend, dy), floatsOf(backend, dx)]
  // Of several maxima the first gets the gradient.
  const isFound = new Uint8Array(y.length)
  eachTap(windows3D(info), (_tap, inPlace, outPlace) => {
    for (let channel = 0; channel < channels; channel++) {
      const [at, place] = [inPlace * channels + channel, outPlace * channels + channel]
      if (isFound[place] === 1 || x[at] !== y[place]) continue
      isFound[place] = 1
      to[at] = (to[at] ?? 0) + (from[place] ?? 0)
    }
  })
  return dx
}
