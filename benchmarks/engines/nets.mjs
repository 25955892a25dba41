// The nets of the comparison, from tf.layers, and one eager training step of each.
/** @typedef {import('@tensorflow/tfjs')} Tf */

export const batchSize = 64

/** @type {Record<string, { title: string, inputShape: number[], layers: (tf: Tf) => import('@tensorflow/tfjs').layers.Layer[] }>} */
export const nets = {
  mlp: {
    title: 'MLP 784-256-256-10',
    inputShape: [784],
    layers: (tf) => [dense(tf, 256), dense(tf, 256), tf.layers.dense({ units: 10 })],
  },
  deep: {
    title: '20 dense layers of 64',
    inputShape: [64],
    layers: (tf) => Array.from({ length: 20 }, () => dense(tf, 64)),
  },
  cnn: {
    title: 'MNIST CNN (32-64 conv, 128 dense)',
    inputShape: [28, 28, 1],
    layers: (tf) => [
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      dense(tf, 128),
      tf.layers.dense({ units: 10 }),
    ],
  },
}

function dense(tf, units) {
  return tf.layers.dense({ units, activation: 'relu' })
}

/**
 * A function that makes one step of Adam on a batch that stays the same.
 * @param {Tf} tf @param {string} name
 */
export function trainingStep(tf, name) {
  const { inputShape, layers } = nets[name]
  const input = tf.input({ shape: inputShape })
  const output = layers(tf).reduce((x, layer) => layer.apply(x), input)
  const model = tf.model({ inputs: input, outputs: output })
  const x = tf.randomUniform([batchSize, ...inputShape], 0, 1, 'float32', 1)
  const classes = output.shape[1]
  const labels = Array.from({ length: batchSize }, (_, i) => i % classes)
  const y = tf.oneHot(tf.tensor1d(labels, 'int32'), classes)
  const optimizer = tf.train.adam(1e-3)
  return () => {
    const loss = optimizer.minimize(
      () => tf.losses.softmaxCrossEntropy(y, model.apply(x, { training: true })),
      true,
    )
    const value = loss.dataSync()[0]
    loss.dispose()
    return value
  }
}
