import * as tf from '@tensorflow/tfjs'
import { Draw } from './draw.js'

/** A layer with the shapes of its inputs, without the batch. */
export interface LayerCase {
  make(): tf.layers.Layer
  readonly inputs: readonly number[][]
  /** Inputs are whole numbers below this, in which nothing can be differentiated. */
  readonly classes?: number
}

const [sequence, image, volume] = [
  [5, 3],
  [7, 6, 3],
  [4, 5, 4, 2],
]
const pair = [
  [4, 3],
  [4, 3],
]

function one(make: () => tf.layers.Layer, inputs: readonly number[][]): LayerCase {
  return { make, inputs }
}

/** A case for every kind of layer of tfjs, by the name of its function. */
export const layerCases: Record<string, LayerCase> = {
  activation: one(() => tf.layers.activation({ activation: 'tanh' }), [sequence]),
  add: one(() => tf.layers.add(), pair),
  alphaDropout: one(() => tf.layers.alphaDropout({ rate: 0 }), [sequence]),
  average: one(() => tf.layers.average(), pair),
  averagePooling1d: one(() => tf.layers.averagePooling1d({ poolSize: 2 }), [sequence]),
  averagePooling2d: one(() => tf.layers.averagePooling2d({ poolSize: 2 }), [image]),
  averagePooling3d: one(() => tf.layers.averagePooling3d({ poolSize: 2 }), [volume]),
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
  conv1d: one(() => tf.layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 }), [sequence]),
  conv2d: one(
    () => tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
    [image],
  ),
  conv2dTranspose: one(() => tf.layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2 }), [image]),
  conv3d: one(() => tf.layers.conv3d({ filters: 4, kernelSize: 2 }), [volume]),
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
  maxPooling1d: one(() => tf.layers.maxPooling1d({ poolSize: 2 }), [sequence]),
  maxPooling2d: one(() => tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }), [image]),
  maxPooling3d: one(() => tf.layers.maxPooling3d({ poolSize: 2 }), [volume]),
  dense: one(() => tf.layers.dense({ units: 5, activation: 'sigmoid' }), [sequence]),
  depthwiseConv2d: one(() => tf.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), [image]),
  dot: one(() => tf.layers.dot({ axes: 1 }), pair),
  dropout: one(() => tf.layers.dropout({ rate: 0.4, seed: 7 }), [sequence]),
  elu: one(() => tf.layers.elu(), [sequence]),
  embedding: { make: () => tf.layers.embedding({ inputDim: 6, outputDim: 4 }), inputs: [[5]], classes: 6 },
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
  separableConv2d: one(() => tf.layers.separableConv2d({ filters: 4, kernelSize: 3 }), [image]),
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

const batch = 3

/** The output and the gradients towards all inputs and trainable weights. */
export function layerGradients(
  backend: string,
  { make, inputs, classes }: LayerCase,
  seed: number,
): Float32Array[] {
  tf.setBackend(backend)
  const draw = new Draw(seed)
  const symbols = inputs.map((shape) =>
    tf.input({ shape: [...shape], dtype: classes === undefined ? 'float32' : 'int32' }),
  )
  const layer = make()
  const [onlyInput] = symbols
  const output = layer.apply(symbols.length === 1 && onlyInput !== undefined ? onlyInput : symbols)
  const model = tf.model({ inputs: symbols, outputs: output as tf.SymbolicTensor })
  const result = tf.tidy(() => {
    model.setWeights(model.getWeights().map((w) => tf.tensor(draw.values(w.shape, 0.1, 0.8), w.shape)))
    const xs = inputs.map((shape) => {
      const full = [batch, ...shape]
      if (classes === undefined) return tf.tensor(draw.values(full), full)
      const ids = Array.from(draw.values(full, 0, classes), Math.floor)
      return tf.tensor(ids, full, 'int32')
    })
    const run = (given: tf.Tensor[]): tf.Tensor => {
      const y = model.apply(given.length === 1 ? (given[0] as tf.Tensor) : given, {
        training: true,
      }) as tf.Tensor
      return tf.mul(y, tf.tensor(new Draw(seed).values(y.shape, 0.5, 1.5), y.shape))
    }
    const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable)
    const towardsWeights =
      variables.length === 0
        ? []
        : Object.values(tf.variableGrads(() => tf.sum(run(xs)) as tf.Scalar, variables).grads)
    const towardsInputs = classes === undefined ? tf.grads((...given: tf.Tensor[]) => run(given))(xs) : []
    return [run(xs), ...towardsInputs, ...towardsWeights].map((tensor) =>
      Float32Array.from(tensor.dataSync()),
    )
  })
  model.dispose()
  return result
}
