import { useEngine } from '@hookloop/core'
import { Adam } from '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'

/** One update of Adam over many tensors: ours, or that of `tf.train`. */
export default async function update({ shape, tensors, steps, settings }, pace) {
  await useEngine('tfjs-node')
  const variables = Array.from({ length: tensors }, (_, index) =>
    tf.variable(tf.zeros(shape), true, `w${index}`),
  )
  const gradients = Object.fromEntries(variables.map(({ name }) => [name, tf.randomUniform(shape)]))
  const step = settings.tf ? tfStep(gradients) : ourStep(variables, gradients)
  for (;;) {
    await pace.begin()
    for (let i = 0; i < steps; i++) step()
    pace.end()
  }
}

function tfStep(gradients) {
  const optimizer = tf.train.adam(1e-3)
  return () => optimizer.applyGradients(gradients)
}

function ourStep(variables, gradients) {
  const optimizer = new Adam(
    variables.map((variable) => ({ name: variable.name, variable })),
    { lr: 1e-3 },
  )
  return () => tf.tidy(() => optimizer.step(gradients))
}
