import { useEngine } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import { randomData } from './data.mjs'
import { buildNet, lossOf } from './nets.mjs'

/** `model.fit` of tfjs-node: every epoch is a round of the benchmark. */
export default async function fit(task, pace) {
  // Only loads tfjs-node, and mends what later versions of Node lack for it.
  await useEngine('tfjs-node')
  const model = buildNet(tf, task)
  model.compile({ optimizer: tf.train.adam(1e-3), loss: lossOf(tf, task) })
  const { inputs, labels } = randomData(task)
  await model.fit(
    tf.tensor(inputs, [task.examples, ...task.inputShape]),
    tf.tensor(labels, [task.examples, task.classes ?? 1]),
    {
      batchSize: task.batchSize,
      epochs: 1e6,
      shuffle: true,
      verbose: 0,
      yieldEvery: 'never',
      callbacks: {
        onEpochBegin: () => pace.begin(),
        onEpochEnd: (_epoch, { loss }) => pace.end(() => loss),
      },
    },
  )
}
