import type { AvgPoolGradAttrs, AvgPoolGradInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { Kernel } from '../registration.js'
import { eachWindow } from './pool-windows.js'
import { gradientInfo, poolInfo } from './window-info.js'

type AvgPoolGrad = Kernel<AvgPoolGradInputs, AvgPoolGradAttrs>

/**
 * Shares each gradient among the values of its window. With padding `same` those outside the image have no share, as in
 * TensorFlow; with explicit padding, which TensorFlow has not, tfjs's own tests want that they have one.
 */
export function fastAvgPoolGrad(stock: AvgPoolGrad): AvgPoolGrad {
  return function avgPoolGrad(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { dy, input } = inputs
    if (input.dtype !== 'float32') return stock(call)
    const info = gradientInfo(poolInfo(input.shape, attrs), dy)
    const dx = floatOutput(backend, input.shape, { dy })
    const [from, to] = [floatsOf(backend, dy), floatsOf(backend, dx)]
    const { inHeight, inWidth, inChannels: channels } = info
    eachWindow(info, ({ image, top, bottom, left, right }, place) => {
      const inside = Math.max(1, (bottom - top) * (right - left))
      const share = 1 / (attrs.pad === 'same' ? inside : info.filterHeight * info.filterWidth)
      for (let row = top; row < bottom; row++)
        for (let column = left; column < right; column++) {
          const at = ((image * inHeight + row) * inWidth + column) * channels
          for (let channel = 0; channel < channels; channel++)
            to[at + channel] = (to[at + channel] ?? 0) + (from[place * channels + channel] ?? 0) * share
        }
    })
    return dx
  }
}
