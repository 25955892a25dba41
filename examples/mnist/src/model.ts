import { fromLayersModel, type LayersRunnerModel } from '@hookloop/layers'
import * as tf from '@tensorflow/tfjs-layers'

/** Two convolutions and two dense layers: about 100,000 weights. */
export function buildModel(): LayersRunnerModel {
  const net = tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.dense({ units: 128, activation: 'relu' }),
      tf.layers.dropout({ rate: 0.25 }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  })
  return fromLayersModel(net, { loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
}
