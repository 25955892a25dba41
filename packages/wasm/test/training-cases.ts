import { Draw } from '@hookloop-tests/layer-cases'
import * as tf from '@tensorflow/tfjs'

type Loss = (truth: tf.Tensor, prediction: tf.Tensor) => tf.Tensor

/** A case for every loss of tfjs-core. */
export const lossCases: Record<string, Loss> = {
  absoluteDifference: (truth, prediction) => tf.losses.absoluteDifference(truth, prediction),
  computeWeightedLoss: (truth, prediction) => tf.losses.computeWeightedLoss(tf.mul(prediction, truth)),
  cosineDistance: (truth, prediction) => tf.losses.cosineDistance(truth, prediction, 1),
  hingeLoss: (truth, prediction) => tf.losses.hingeLoss(truth, prediction),
  huberLoss: (truth, prediction) => tf.losses.huberLoss(truth, prediction),
  logLoss: (truth, prediction) => tf.losses.logLoss(truth, tf.sigmoid(prediction)),
  meanSquaredError: (truth, prediction) => tf.losses.meanSquaredError(truth, prediction),
  sigmoidCrossEntropy: (truth, prediction) => tf.losses.sigmoidCrossEntropy(truth, prediction),
  softmaxCrossEntropy: (truth, prediction) => tf.losses.softmaxCrossEntropy(truth, prediction),
}

/** A case for every optimizer of tfjs-core. */
export const optimizerCases: Record<string, () => tf.Optimizer> = {
  adadelta: () => tf.train.adadelta(0.1),
  adagrad: () => tf.train.adagrad(0.1),
  adam: () => tf.train.adam(0.01),
  adamax: () => tf.train.adamax(0.01),
  momentum: () => tf.train.momentum(0.05, 0.9),
  rmsprop: () => tf.train.rmsprop(0.01),
  sgd: () => tf.train.sgd(0.1),
}

/** The gradient of a loss towards the prediction. */
export function lossGradient(backend: string, loss: Loss, seed: number): Float32Array[] {
  tf.setBackend(backend)
  const draw = new Draw(seed)
  return tf.tidy(() => {
    const truth = tf.oneHot(tf.tensor1d([0, 2, 1, 3, 3], 'int32'), 4).toFloat()
    const prediction = tf.tensor(draw.values([5, 4]), [5, 4])
    const gradient = tf.grad((x) => loss(truth, x))(prediction)
    return [loss(truth, prediction), gradient].map((tensor) => Float32Array.from(tensor.dataSync()))
  })
}

/** The weights after five steps of an optimizer. */
export function trainedWeights(backend: string, make: () => tf.Optimizer, seed: number): Float32Array[] {
  tf.setBackend(backend)
  const draw = new Draw(seed)
  return tf.tidy(() => {
    const optimizer = make()
    const weight = tf.variable(tf.tensor(draw.values([6, 4]), [6, 4]))
    const x = tf.tensor(draw.values([8, 6]), [8, 6])
    const y = tf.tensor(draw.values([8, 4]), [8, 4])
    for (let step = 0; step < 5; step++)
      optimizer.minimize(() => tf.losses.meanSquaredError(y, tf.tanh(tf.matMul(x, weight))), false, [weight])
    const values = Float32Array.from(weight.dataSync())
    optimizer.dispose()
    weight.dispose()
    return [values]
  })
}
