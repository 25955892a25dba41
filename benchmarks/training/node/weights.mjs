import { useEngine } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'

/** A model that has large weights and does nothing. */
export async function largeModel({ tensors, numbers }) {
  await useEngine('tfjs-node')
  const weights = Object.fromEntries(
    Array.from({ length: tensors }, (_, index) => [`w${index}`, tf.variable(tf.randomUniform([numbers]))]),
  )
  return {
    parameters: () => weights,
    stateDict: () => weights,
    loadStateDict: () => ({ missing: [], unexpected: [] }),
    trainStep: () => ({ loss: tf.scalar(0.5) }),
  }
}
