import * as tf from '@tensorflow/tfjs'
import type { Draw } from './draw.js'

/** A layer with the shapes of its inputs, without the batch. */
export interface LayerCase {
  /** What was drawn, for messages. */
  readonly told: string
  make(): tf.layers.Layer
  readonly inputs: readonly number[][]
  /** Inputs are whole numbers below this, in which nothing can be differentiated. */
  readonly classes?: number
}

/** A layer of a configuration that is drawn, where it has windows. */
export type DrawLayer = (draw: Draw) => LayerCase

const [sequence, image] = [
  [5, 3],
  [7, 6, 3],
]
const pair = [
  [4, 3],
  [4, 3],
]

function one(make: () => tf.layers.Layer, inputs: readonly number[][]): DrawLayer {
  return () => ({ told: '', make, inputs })
}

interface WindowDraw {
  readonly size: [number, number]
  readonly strides: [number, number]
  readonly padding: 'same' | 'valid'
  readonly dataFormat: 'channelsFirst' | 'channelsLast'
}

/** A layer that moves a window over images of odd sizes, with its channels at either end. */
function overImages(
  make: (window: WindowDraw) => tf.layers.Layer,
  formats: readonly WindowDraw['dataFormat'][] = ['channelsFirst', 'channelsLast'],
): DrawLayer {
  return (draw) => {
    const window: WindowDraw = {
      size: [draw.int(1, 4), draw.int(1, 4)],
      strides: [draw.int(1, 3), draw.int(1, 3)],
      padding: draw.oneOf(['same', 'valid']),
      dataFormat: draw.oneOf(formats),
    }
    const places = [draw.int(4, 8), draw.int(4, 8)]
    const channels = draw.int(1, 4)
    const shape = window.dataFormat === 'channelsLast' ? [...places, channels] : [channels, ...places]
    return { told: JSON.stringify(window), make: () => make(window), inputs: [shape] }
  }
}

interface SideDraw {
  readonly size: number
  readonly strides: number
  readonly padding: 'same' | 'valid'
}

/** A layer that moves a window of equal sides over sequences or volumes. */
function overPlaces(rank: 1 | 3, make: (window: SideDraw) => tf.layers.Layer): DrawLayer {
  return (draw) => {
    const size = draw.int(1, 3)
    // In volumes tfjs-core computes a negative padding where the stride is larger than the window, on any backend.
    const strides = draw.int(1, rank === 3 ? Math.min(2, size) : 3)
    const window: SideDraw = { size, strides, padding: draw.oneOf(['same', 'valid']) }
    const shape = [...Array.from({ length: rank }, () => draw.int(3, 6)), draw.int(1, 3)]
    return { told: JSON.stringify(window), make: () => make(window), inputs: [shape] }
  }
}

// The cpu backend's gradients of average pools are wrong where there is padding.
const unpadded = { padding: 'valid' } as const

/** A case for every kind of layer of tfjs, by the name of its function. */
export const layerCases: Record<string, DrawLayer> = {
  activation: one(() => tf.layers.activation({ activation: 'tanh' }), [sequence]),
  add: one(() => tf.layers.add(), pair),
  alphaDropout: one(() => tf.layers.alphaDropout({ rate: 0 }), [sequence]),
  average: one(() => tf.layers.average(), pair),
  averagePooling1d: overPlaces(1, ({ size, strides }) =>
    tf.layers.averagePooling1d({ poolSize: size, strides, ...unpadded }),
  ),
  averagePooling2d: overImages(({ size, strides, dataFormat }) =>
    tf.layers.averagePooling2d({ poolSize: size, strides, dataFormat, ...unpadded }),
  ),
  averagePooling3d: overPlaces(3, ({ size, strides }) =>
    tf.layers.averagePooling3d({ poolSize: size, strides, ...unpadded }),
  ),
  batchNormalization: one(() => tf.layers.batchNormalization(), [image]),
  bidirectional: one(
    () =>
      tf.layers.bidirectional({
        layer: tf.layers.lstm({ units: 3, returnSequences: true }) as tf.RNN,
        mergeMode: 'concat',
      }),
    [sequence],
  ),
  concatenate: one(() => tf.layers.concatenate(), pair),
  conv1d: overPlaces(1, ({ size, ...window }) =>
    tf.layers.conv1d({ filters: 4, kernelSize: size, ...window }),
  ),
  conv2d: overImages(({ size, ...window }) =>
    tf.layers.conv2d({ filters: 4, kernelSize: size, activation: 'relu', ...window }),
  ),
  conv2dTranspose: overImages(({ size, ...window }) =>
    tf.layers.conv2dTranspose({ filters: 4, kernelSize: size, ...window }),
  ),
  conv3d: overPlaces(3, ({ size, ...window }) =>
    tf.layers.conv3d({ filters: 4, kernelSize: size, ...window }),
  ),
  convLstm2d: one(
    () => tf.layers.convLstm2d({ filters: 2, kernelSize: 3 }) as tf.layers.Layer,
    [[3, 5, 5, 2]],
  ),
  cropping2D: one(
    () =>
      tf.layers.cropping2D({
        cropping: [
          [1, 0],
          [2, 1],
        ],
      }),
    [image],
  ),
  maxPooling1d: overPlaces(1, ({ size, ...window }) => tf.layers.maxPooling1d({ poolSize: size, ...window })),
  maxPooling2d: overImages(({ size, ...window }) => tf.layers.maxPooling2d({ poolSize: size, ...window })),
  maxPooling3d: overPlaces(3, ({ size, ...window }) => tf.layers.maxPooling3d({ poolSize: size, ...window })),
  dense: one(() => tf.layers.dense({ units: 5, activation: 'sigmoid' }), [sequence]),
  depthwiseConv2d: overImages(({ size, ...window }) =>
    tf.layers.depthwiseConv2d({ kernelSize: size, depthMultiplier: 2, ...window }),
  ),
  dot: one(() => tf.layers.dot({ axes: 1 }), pair),
  dropout: one(() => tf.layers.dropout({ rate: 0.4, seed: 7 }), [sequence]),
  elu: one(() => tf.layers.elu(), [sequence]),
  embedding: () => ({
    told: '',
    make: () => tf.layers.embedding({ inputDim: 6, outputDim: 4 }),
    inputs: [[5]],
    classes: 6,
  }),
  flatten: one(() => tf.layers.flatten(), [image]),
  gaussianDropout: one(() => tf.layers.gaussianDropout({ rate: 0 }), [sequence]),
  gaussianNoise: one(() => tf.layers.gaussianNoise({ stddev: 0 }), [sequence]),
  globalAveragePooling1d: one(() => tf.layers.globalAveragePooling1d(), [sequence]),
  globalAveragePooling2d: one(() => tf.layers.globalAveragePooling2d({}), [image]),
  globalMaxPooling1d: one(() => tf.layers.globalMaxPooling1d(), [sequence]),
  globalMaxPooling2d: one(() => tf.layers.globalMaxPooling2d({}), [image]),
  gru: one(() => tf.layers.gru({ units: 4 }), [sequence]),
  layerNormalization: one(() => tf.layers.layerNormalization(), [image]),
  leakyReLU: one(() => tf.layers.leakyReLU(), [sequence]),
  lstm: one(() => tf.layers.lstm({ units: 4 }), [sequence]),
  maximum: one(() => tf.layers.maximum(), pair),
  minimum: one(() => tf.layers.minimum(), pair),
  multiply: one(() => tf.layers.multiply(), pair),
  permute: one(() => tf.layers.permute({ dims: [2, 1, 3] }), [image]),
  prelu: one(() => tf.layers.prelu({ sharedAxes: [2] }), [sequence]),
  reLU: one(() => tf.layers.reLU(), [sequence]),
  repeatVector: one(() => tf.layers.repeatVector({ n: 3 }), [[4]]),
  reshape: one(() => tf.layers.reshape({ targetShape: [3, 5] }), [sequence]),
  rnn: one(() => tf.layers.rnn({ cell: tf.layers.gruCell({ units: 3 }) }) as tf.layers.Layer, [sequence]),
  separableConv2d: overImages(
    ({ size, ...window }) => tf.layers.separableConv2d({ filters: 4, kernelSize: size, ...window }),
    // tfjs-layers adds the bias along the wrong axis otherwise, on any backend.
    ['channelsLast'],
  ),
  simpleRNN: one(() => tf.layers.simpleRNN({ units: 4 }), [sequence]),
  softmax: one(() => tf.layers.softmax({ axis: 2 }), [sequence]),
  spatialDropout1d: one(() => tf.layers.spatialDropout1d({ rate: 0.3, seed: 5 }), [sequence]),
  stackedRNNCells: one(
    () =>
      tf.layers.rnn({
        cell: [tf.layers.lstmCell({ units: 3 }), tf.layers.simpleRNNCell({ units: 2 })],
      }) as tf.layers.Layer,
    [sequence],
  ),
  timeDistributed: one(() => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4 }) }), [sequence]),
  upSampling2d: one(() => tf.layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }), [[4, 4, 2]]),
  zeroPadding2d: one(() => tf.layers.zeroPadding2d({ padding: 2 }), [image]),
}

const otherName = 'another name of a layer above'
const cell = 'a cell: see gru, lstm, simpleRNN, rnn'
const preparation = 'prepares data: nothing to train'
const notInCore = 'tfjs cannot differentiate it on any backend'

/** What `tf.layers` has besides these, with the reason why there is no case. */
export const layersWithout: Record<string, string> = {
  Layer: 'a base class',
  RNN: 'a base class',
  RNNCell: 'a base class',
  input: 'nothing to train',
  inputLayer: 'nothing to train',
  avgPool1d: otherName,
  avgPool2d: otherName,
  avgPool3d: otherName,
  avgPooling1d: otherName,
  avgPooling2d: otherName,
  avgPooling3d: otherName,
  globalMaxPool1d: otherName,
  globalMaxPool2d: otherName,
  maxPool1d: otherName,
  maxPool2d: otherName,
  convLstm2dCell: cell,
  gruCell: cell,
  lstmCell: cell,
  simpleRNNCell: cell,
  categoryEncoding: preparation,
  centerCrop: preparation,
  randomWidth: preparation,
  rescaling: preparation,
  resizing: preparation,
  conv3dTranspose: notInCore,
  masking: notInCore,
  thresholdedReLU: notInCore,
}
