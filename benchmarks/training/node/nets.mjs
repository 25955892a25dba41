// The nets of the workloads from tf.layers; they end in logits.
/** @typedef {import('@tensorflow/tfjs')} Tf */

/** @type {Record<string, (tf: Tf, input: any, classes: number) => any>} */
const bodies = {
  mlp: (tf, input, classes) =>
    chain(input, [relu(tf, 256), relu(tf, 256), tf.layers.dense({ units: classes })]),
  dense20: (tf, input, classes) =>
    chain(input, [...Array.from({ length: 19 }, () => relu(tf, 64)), tf.layers.dense({ units: classes })]),
  cnn: (tf, input, classes) =>
    chain(input, [
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      relu(tf, 128),
      tf.layers.dense({ units: classes }),
    ]),
  resnet: (tf, input, classes) => {
    let x = chain(input, [...convBatchNorm(tf, 16, 3, 1), tf.layers.reLU()])
    for (const [filters, strides] of [
      [16, 1],
      [32, 2],
      [64, 2],
    ])
      x = residual(tf, x, filters, strides)
    return chain(x, [tf.layers.globalAveragePooling2d({}), tf.layers.dense({ units: classes })])
  },
  lstm: (tf, input, classes) =>
    chain(input, [
      tf.layers.lstm({ units: 64, recurrentActivation: 'sigmoid' }),
      tf.layers.dense({ units: classes }),
    ]),
  tiny: (tf, input) =>
    chain(input, [tf.layers.dense({ units: 2, activation: 'tanh' }), tf.layers.dense({ units: 1 })]),
}

export const hasNet = (workload) => workload in bodies

/** @param {Tf} tf @param {{ net: string, inputShape: number[], classes?: number }} task */
export function buildNet(tf, { net, inputShape, classes }) {
  const input = tf.input({ shape: inputShape })
  return tf.model({ inputs: input, outputs: bodies[net](tf, input, classes) })
}

/** Loss of logits against one-hot labels, or of numbers. @param {Tf} tf */
export function lossOf(tf, { classes }) {
  if (classes === undefined) return 'meanSquaredError'
  return (labels, logits) => tf.losses.softmaxCrossEntropy(labels, logits)
}

function chain(input, layers) {
  return layers.reduce((x, layer) => layer.apply(x), input)
}

function relu(tf, units) {
  return tf.layers.dense({ units, activation: 'relu', kernelInitializer: 'heUniform' })
}

function convBatchNorm(tf, filters, kernelSize, strides) {
  return [
    tf.layers.conv2d({ filters, kernelSize, strides, padding: 'same', useBias: false }),
    tf.layers.batchNormalization({}),
  ]
}

function residual(tf, x, filters, strides) {
  const main = chain(x, [
    ...convBatchNorm(tf, filters, 3, strides),
    tf.layers.reLU(),
    ...convBatchNorm(tf, filters, 3, 1),
  ])
  const shortcut = strides === 1 ? x : chain(x, convBatchNorm(tf, filters, 1, strides))
  return tf.layers.reLU().apply(tf.layers.add().apply([main, shortcut]))
}
