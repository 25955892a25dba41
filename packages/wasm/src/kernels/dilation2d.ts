import {
  backend_util,
  type Dilation2DAttrs,
  type Dilation2DBackpropFilterInputs,
  type Dilation2DInputs,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { floatOutput, floatsOf } from '../backend.js'
import type { KernelCall } from '../registration.js'
import { eachTap, windows2D } from './taps.js'
import { shape4D } from './window-info.js'

type ForwardCall = KernelCall<Dilation2DInputs, Dilation2DAttrs>
type BackwardCall = KernelCall<Dilation2DBackpropFilterInputs, Dilation2DAttrs>

/**
 * The morphological dilation: the maximum of the sums of a window with the filter. In place of the backend's own, which
 * finds no maximum among negative sums.
 */
export function dilation2D(call: ForwardCall): TensorInfo {
  const { backend } = call
  const output = floatOutput(backend, infoOf(call).outShape, call.inputs)
  floatsOf(backend, output).set(maximaOf(call).values)
  return output
}

/** The gradient goes to the input place of each maximum. */
export function dilation2DBackpropInput(call: BackwardCall): TensorInfo {
  const dx = floatOutput(call.backend, call.inputs.x.shape, call.inputs)
  addAt(floatsOf(call.backend, dx), maximaOf(call).inIndices, floatsOf(call.backend, call.inputs.dy))
  return dx
}

/** The gradient goes to the tap of each maximum. */
export function dilation2DBackpropFilter(call: BackwardCall): TensorInfo {
  const filter = floatOutput(call.backend, call.inputs.filter.shape, call.inputs)
  addAt(floatsOf(call.backend, filter), maximaOf(call).filterIndices, floatsOf(call.backend, call.inputs.dy))
  return filter
}

function addAt(to: Float32Array, indices: Int32Array, gradients: Float32Array): void {
  indices.forEach((index, place) => {
    to[index] = (to[index] ?? 0) + (gradients[place] ?? 0)
  })
}

/** The maximum at each output place, with the input place and the tap that make it. */
interface Maxima {
  readonly values: Float32Array
  readonly inIndices: Int32Array
  readonly filterIndices: Int32Array
}

function maximaOf(call: ForwardCall): Maxima {
  const { backend, inputs } = call
  const info = infoOf(call)
  const channels = info.inChannels
  const [x, filter] = [floatsOf(backend, inputs.x), floatsOf(backend, inputs.filter)]
  const size = info.batchSize * info.outHeight * info.outWidth * channels
  const values = new Float32Array(size).fill(Number.NEGATIVE_INFINITY)
  const [inIndices, filterIndices] = [new Int32Array(size), new Int32Array(size)]
  eachTap(windows2D(info), (tap, inPlace, outPlace) => {
    for (let channel = 0; channel < channels; channel++) {
      const [inIndex, filterIndex] = [inPlace * channels + channel, tap * channels + channel]
      const place = outPlace * channels + channel
      const sum = (x[inIndex] ?? 0) + (filter[filterIndex] ?? 0)
      if (sum <= (values[place] ?? 0)) continue
      values[place] = sum
      inIndices[place] = inIndex
      filterIndices[place] = filterIndex
    }
  })
  return { values, inIndices, filterIndices }
}

function infoOf({ inputs, attrs }: ForwardCall): ReturnType<typeof backend_util.computeDilation2DInfo> {
  const { strides, pad, dilations } = attrs
  const [height = 1, width = 1, channels = 1] = inputs.filter.shape
  const filterShape: [number, number, number] = [height, width, channels]
  return backend_util.computeDilation2DInfo(
    shape4D(inputs.x.shape),
    filterShape,
    strides,
    pad,
    'NHWC',
    dilations,
  )
}
