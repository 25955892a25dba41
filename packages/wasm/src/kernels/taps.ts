import type { WindowInfo } from './window-info.js'
import type { WindowInfo3D } from './window-info-3d.js'

/** How a window moves over an input; each list holds depth, height and width. */
export interface WindowGeometry {
  readonly batch: number
  readonly input: readonly [number, number, number]
  readonly output: readonly [number, number, number]
  readonly window: readonly [number, number, number]
  readonly stride: readonly [number, number, number]
  readonly dilation: readonly [number, number, number]
  readonly pad: readonly [number, number, number]
}

export function windows2D(info: WindowInfo): WindowGeometry {
  return {
    batch: info.batchSize,
    input: [1, info.inHeight, info.inWidth],
    output: [1, info.outHeight, info.outWidth],
    window: [1, info.filterHeight, info.filterWidth],
    stride: [1, info.strideHeight, info.strideWidth],
    dilation: [1, info.dilationHeight, info.dilationWidth],
    pad: [0, info.padInfo.top, info.padInfo.left],
  }
}

export function windows3D(info: WindowInfo3D): WindowGeometry {
  return {
    batch: info.batchSize,
    input: [info.inDepth, info.inHeight, info.inWidth],
    output: [info.outDepth, info.outHeight, info.outWidth],
    window: [info.filterDepth, info.filterHeight, info.filterWidth],
    stride: [info.strideDepth, info.strideHeight, info.strideWidth],
    dilation: [info.dilationDepth, info.dilationHeight, info.dilationWidth],
    pad: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
  }
}

/**
 * Calls an action for each tap of the window at each output place, in order of places and then of taps; taps that lie
 * in the padding are left out. All three are counted in pixels: multiply them by the number of channels.
 */
export function eachTap(
  geometry: WindowGeometry,
  action: (tap: number, inPlace: number, outPlace: number) => void,
): void {
  const { batch, input, output, window, stride, dilation, pad } = geometry
  const [inDepth, inHeight, inWidth] = input
  const [outDepth, outHeight, outWidth] = output
  const [windowDepth, windowHeight, windowWidth] = window
  let place = 0
  for (let image = 0; image < batch; image++)
    for (let outPlane = 0; outPlane < outDepth; outPlane++)
      for (let outRow = 0; outRow < outHeight; outRow++)
        for (let outColumn = 0; outColumn < outWidth; outColumn++, place++)
          for (let tapPlane = 0; tapPlane < windowDepth; tapPlane++) {
            const plane = outPlane * stride[0] - pad[0] + tapPlane * dilation[0]
            if (plane < 0 || plane >= inDepth) continue
            for (let tapRow = 0; tapRow < windowHeight; tapRow++) {
              const row = outRow * stride[1] - pad[1] + tapRow * dilation[1]
              if (row < 0 || row >= inHeight) continue
              const line = ((image * inDepth + plane) * inHeight + row) * inWidth
              const tapLine = (tapPlane * windowHeight + tapRow) * windowWidth
              const left = outColumn * stride[2] - pad[2]
              for (let tapColumn = 0; tapColumn < windowWidth; tapColumn++) {
                const column = left + tapColumn * dilation[2]
                if (column >= 0 && column < inWidth) action(tapLine + tapColumn, line + column, place)
              }
            }
          }
}
