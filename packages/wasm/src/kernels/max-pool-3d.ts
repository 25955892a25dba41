import type { MaxPool3DAttrs, MaxPool3DInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { floatsOf } from '../backend.js'
import type { Kernel } from '../registration.js'
import { eachTap, windows3D } from './taps.js'
import { pool3DInfo } from './window-info-3d.js'

type MaxPool3D = Kernel<MaxPool3DInputs, MaxPool3DAttrs>

/** In place of the backend's own, which finds no maximum in windows that hold negative values only. */
export function mendedMaxPool3D(stock: MaxPool3D): MaxPool3D {
  return function maxPool3D(call): TensorInfo {
    const { backend, inputs, attrs } = call
    if (inputs.x.dtype !== 'float32' || attrs.dataFormat === 'NCDHW') return stock(call)
    const info = pool3DInfo(inputs.x.shape, attrs)
    const channels = info.inChannels
    const output = backend.makeOutput(info.outShape, 'float32')
    const [x, y] = [floatsOf(backend, inputs.x), floatsOf(backend, output)]
    y.fill(Number.NEGATIVE_INFINITY)
    eachTap(windows3D(info), (_tap, inPlace, outPlace) => {
      for (let channel = 0; channel < channels; channel++) {
        const [value, place] = [x[inPlace * channels + channel] ?? 0, outPlace * channels + channel]
        if (value > (y[place] ?? 0)) y[place] = value
      }
    })
    return output
  }
}
