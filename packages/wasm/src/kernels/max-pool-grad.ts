import type { MaxPoolGradAttrs, MaxPoolGradInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { Kernel } from '../registration.js'
import { eachWindow } from './pool-windows.js'
import { gradientInfo, poolInfo } from './window-info.js'

type MaxPoolGrad = Kernel<MaxPoolGradInputs, MaxPoolGradAttrs>

/** Hands each gradient to the first maximum of its window. */
export function fastMaxPoolGrad(stock: MaxPoolGrad): MaxPoolGrad {
  return function maxPoolGrad(call): TensorInfo {
    const { backend, inputs, attrs } = call
    const { dy, input, output } = inputs
    if (input.dtype !== 'float32') return stock(call)
    const info = gradientInfo(poolInfo(input.shape, attrs), dy)
    const dx = floatOutput(backend, input.shape, { dy, input, output })
    const [x, y] = [floatsOf(backend, input), floatsOf(backend, output)]
    const [from, to] = [floatsOf(backend, dy), floatsOf(backend, dx)]
    const { inHeight, inWidth, inChannels: channels } = info
    let offsets: Int32Array = new Int32Array()
    let [height, width] = [0, 0]
    eachWindow(info, ({ image, top, bottom, left, right }, place) => {
      // A window that lies in the padding has no maximum.
      if (bottom <= top || right <= left) return
      if (bottom - top !== height || right - left !== width) {
        ;[height, width] = [bottom - top, right - left]
        offsets = windowOffsets(height, width, inWidth, channels)
      }
      const corner = ((image * inHeight + top) * inWidth + left) * channels
      handOut({ x, y, from, to }, corner, place * channels, channels, offsets)
    })
    return dx
  }
}

/** Inputs, maxima, their gradients, and where these go. */
interface Pooling {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly from: Float32Array
  readonly to: Float32Array
}

/** Gives the gradients of all channels of one window to the first of its values that is the maximum. */
function handOut(
  { x, y, from, to }: Pooling,
  corner: number,
  begin: number,
  channels: number,
  offsets: Int32Array,
): void {
  const last = offsets.length - 1
  for (let channel = 0; channel < channels; channel++) {
    const maximum = y[begin + channel]
    // Nobody can foresee where the maximum lies: counting costs less than branches.
    let isBefore = 1
    let rank = 0
    for (let i = 0; i < last; i++) {
      isBefore &= Number(x[corner + channel + (offsets[i] ?? 0)] !== maximum)
      rank += isBefore
    }
    const at = corner + channel + (offsets[rank] ?? 0)
    to[at] = (to[at] ?? 0) + (from[begin + channel] ?? 0)
  }
}

/** From the corner of a window to each of its values, row by row. */
function windowOffsets(height: number, width: number, inWidth: number, channels: number): Int32Array {
  const offset = (_: unknown, i: number) => (Math.floor(i / width) * inWidth + (i % width)) * channels
  return Int32Array.from({ length: height * width }, offset)
}
