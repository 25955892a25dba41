import type { WindowInfo } from './window-info.js'

/** Calls an action with the part of each window that lies inside the image, image by image and row by row. */
export function eachWindow(info: WindowInfo, action: (window: Window, place: number) => void): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info
  const { effectiveFilterHeight, effectiveFilterWidth, dilationHeight, dilationWidth } = info
  const window: Window = { image: 0, top: 0, bottom: 0, left: 0, right: 0 }
  let place = 0
  for (window.image = 0; window.image < batchSize; window.image++)
    for (let row = 0; row < outHeight; row++) {
      const top = row * strideHeight - padInfo.top
      window.top = firstInside(top, dilationHeight)
      window.bottom = Math.min(inHeight, top + effectiveFilterHeight)
      for (let column = 0; column < outWidth; column++, place++) {
        const left = column * strideWidth - padInfo.left
        window.left = firstInside(left, dilationWidth)
        window.right = Math.min(inWidth, left + effectiveFilterWidth)
        action(window, place)
      }
    }
}

/** Rows from `top` and columns from `left`, in steps of the dilation, ends excluded. */
export interface Window {
  image: number
  top: number
  bottom: number
  left: number
  right: number
}

function firstInside(begin: number, step: number): number {
  return begin >= 0 ? begin : begin + step * Math.ceil(-begin / step)
}
