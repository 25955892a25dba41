import { backend_util } from '@tensorflow/tfjs-core'
import { shape5D } from './window-info.js'

/** How windows lie in a volume, as tfjs-core tells it. */
export type WindowInfo3D = ReturnType<typeof backend_util.computeConv3DInfo>

type PoolArguments = Parameters<typeof backend_util.computePool3DInfo>

/** The windows of a pool over `[batch, depth, height, width, channels]`. */
export function pool3DInfo(
  inShape: readonly number[],
  attrs: {
    readonly filterSize: PoolArguments[1]
    readonly strides: PoolArguments[2]
    readonly pad: PoolArguments[4]
    readonly dimRoundingMode?: PoolArguments[5]
  },
): WindowInfo3D {
  const { filterSize, strides, pad, dimRoundingMode } = attrs
  return backend_util.computePool3DInfo(shape5D(inShape), filterSize, strides, 1, pad, dimRoundingMode)
}
