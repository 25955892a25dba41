import type { MaxPoolInputs, TensorInfo } from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { Kernel } from '../registration.js'
import { eachWindow } from './pool-windows.js'
import { type PoolAttrs, poolInfo, type WindowInfo } from './window-info.js'
import { withPaddingWrittenOut } from './written-out-padding.js'

export type Pool = Kernel<MaxPoolInputs, PoolAttrs>

/**
 * The backend's pools with any padding and rounding.
 * @param ofNothing the value of a window that lies in the padding alone, for which XNNPACK takes values of others
 */
export function mendedPool(stock: Pool, ofNothing: number): Pool {
  return function pool(call) {
    const info = poolInfo(call.inputs.x.shape, call.attrs)
    if (info.filterHeight * info.filterWidth === 1) return picked(call, info, ofNothing)
    const output = withPaddingWrittenOut(stock, call, info)
    if (!allReachTheImage(info)) {
      const values = floatsOf(call.backend, output)
      eachWindow(info, ({ top, bottom, left, right }, place) => {
        if (bottom <= top || right <= left)
          values.fill(ofNothing, place * info.outChannels, (place + 1) * info.outChannels)
      })
    }
    return output
  }
}

// XNNPACK takes no windows of one value where there is padding.
function picked({ backend, inputs }: Parameters<Pool>[0], info: WindowInfo, ofNothing: number): TensorInfo {
  const { inHeight, inWidth, outChannels: channels } = info
  const output = floatOutput(backend, info.outShape, inputs)
  const [from, to] = [floatsOf(backend, inputs.x), floatsOf(backend, output).fill(ofNothing)]
  eachWindow(info, ({ image, top, bottom, left, right }, place) => {
    if (bottom <= top || right <= left) return
    const at = ((image * inHeight + top) * inWidth + left) * channels
    to.set(from.subarray(at, at + channels), place * channels)
  })
  return output
}

function allReachTheImage(info: WindowInfo): boolean {
  const { top, left } = info.padInfo
  const lastRow = (info.outHeight - 1) * info.strideHeight - top
  const lastColumn = (info.outWidth - 1) * info.strideWidth - left
  const first = top < info.effectiveFilterHeight && left < info.effectiveFilterWidth
  return first && lastRow < info.inHeight && lastColumn < info.inWidth
}
