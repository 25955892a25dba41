import { backend_util, type Conv2DInputs, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Kernel } from '../registration.js'
import { shape4D } from './patches.js'

type Conv2DInfoArguments = Parameters<typeof backend_util.computeConv2DInfo>

interface ConvolutionAttrs {
  readonly strides: Conv2DInfoArguments[2]
  readonly dilations: Conv2DInfoArguments[3]
  readonly pad: Conv2DInfoArguments[4]
}

export type Convolution = Kernel<Conv2DInputs, ConvolutionAttrs>

/**
 * A convolution with padding `same` written out where there are strides: where the stride is larger than the filter the
 * backend's own shifts the input, because XNNPACK arrives at a negative padding.
 */
export function withSamePaddingMended(stock: Convolution, isDepthwise: boolean): Convolution {
  return function convolution(call): TensorInfo {
    const { attrs, inputs } = call
    if (attrs.pad !== 'same' || !hasStride(attrs.strides)) return stock(call)
    const { padInfo } = backend_util.computeConv2DInfo(
      shape4D(inputs.x.shape),
      shape4D(inputs.filter.shape),
      attrs.strides,
      attrs.dilations,
      attrs.pad,
      undefined,
      isDepthwise,
    )
    const { top, bottom, left, right } = padInfo
    return stock({
      ...call,
      attrs: {
        ...attrs,
        pad: [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
      },
    })
  }
}

function hasStride(strides: number | readonly number[]): boolean {
  return typeof strides === 'number' ? strides > 1 : strides.some((stride) => stride > 1)
}
