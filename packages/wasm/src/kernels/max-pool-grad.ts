import {
  backend_util,
  type MaxPoolGradAttrs,
  type MaxPoolGradInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { floatsOf, zeros } from '../backend.js'
import type { Kernel } from '../registration.js'
import { shape4D } from './patches.js'
import { eachWindow } from './pool-windows.js'

type MaxPoolGrad = Kernel<MaxPoolGradInputs, MaxPoolGradAttrs>

/** Hands each gradient to the first maximum of its window. */
export function fastMaxPoolGrad(stock: MaxPoolGrad): MaxPoolGrad {
  return function maxPoolGrad(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { dy, input, output } = inputs
    if (input.dtype !== 'float32') return stock(call)
    const { filterSize, strides, pad, dimRoundingMode } = attrs
    const info = backend_util.computePool2DInfo(
      shape4D(input.shape),
      filterSize,
      strides,
      1,
      pad,
      dimRoundingMode,
    )
    const dx = zeros(backend, input.shape)
    const [x, y] = [floatsOf(backend, input), floatsOf(backend, output)]
    const [from, to] = [floatsOf(backend, dy), floatsOf(backend, dx)]
    const { inHeight, inWidth, inChannels: channels } = info
    eachWindow(info, ({ image, top, bottom, left, right }, place) => {
      for (let channel = 0; channel < channels; channel++) {
        const index = place * channels + channel
        const maximum = y[index]
        search: for (let row = top; row < bottom; row++) {
          let at = ((image * inHeight + row) * inWidth + left) * channels + channel
          for (let column = left; column < right; column++, at += channels)
            if (x[at] === maximum) {
              to[at] = (to[at] ?? 0) + (from[index] ?? 0)
              break search
            }
        }
      }
    })
    return dx
  }
}
