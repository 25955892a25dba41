// Updates of Adam and of other optimizers, engine by engine: what tfjs's own optimizer takes, ours tensor by tensor as a recording
// hears it, and ours as it runs outside of recordings. `npm run bench:updates`
import { parseArgs } from 'node:util'
import { useEngine } from '@hookloop/core'
import { Adam, AdamW, RMSprop, SGD } from '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'

const { engine, rounds } = parseArgs({
  options: { engine: { type: 'string', default: 'tfjs-node' }, rounds: { type: 'string', default: '7' } },
}).values
await useEngine(engine)

const sets = {
  '100 of 64 x 64': [100, [64, 64]],
  '100 of 16': [100, [16]],
  '4 of 512 x 512': [4, [512, 512]],
}
const optimizers = {
  Adam: [Adam, { lr: 1e-3 }, () => tf.train.adam(1e-3)],
  AdamW: [AdamW, { lr: 1e-3 }],
  'SGD, momentum': [SGD, { lr: 1e-3, momentum: 0.9 }, () => tf.train.momentum(1e-3, 0.9)],
  RMSprop: [RMSprop, { lr: 1e-3 }, () => tf.train.rmsprop(1e-3)],
}
print(`engine ${engine}, milliseconds per update, median of ${rounds} rounds`)
print('| optimizer | tensors | tf.train | tensor by tensor | grouped | tf.train ÷ grouped |')
print('|---|---|---|---|---|---|')
for (const [tensors, [count, shape]] of Object.entries(sets))
  for (const [name, ways] of Object.entries(optimizers)) measure(name, tensors, waysOf(ways, count, shape))

function waysOf([Optimizer, options, tfOptimizer], count, shape) {
  const parameters = () =>
    Array.from({ length: count }, (_, index) => ({
      name: `w${index}`,
      variable: tf.variable(tf.zeros(shape)),
    }))
  const gradientsOf = (list) =>
    Object.fromEntries(list.map(({ name }) => [name, tf.randomUniform(shape, -1, 1)]))
  const ours = (step) => {
    const list = parameters()
    const [optimizer, gradients] = [new Optimizer(list, options), gradientsOf(list)]
    return () => tf.tidy(() => step(optimizer, gradients))
  }
  const theirs = () => {
    const list = parameters()
    const optimizer = tfOptimizer()
    const gradients = Object.fromEntries(
      Object.entries(gradientsOf(list)).map(([, gradient], index) => [list[index].variable.name, gradient]),
    )
    return () => optimizer.applyGradients(gradients)
  }
  return [
    tfOptimizer === undefined ? undefined : theirs(),
    ours((optimizer, gradients) => {
      const plan = optimizer.plan()
      const scalars = plan.factors.map((factor) => tf.scalar(factor, 'float32'))
      optimizer.apply(plan, gradients, (index) => scalars[index])
      optimizer.commit(plan, Object.keys(gradients))
    }),
    ours((optimizer, gradients) => optimizer.step(gradients)),
  ]
}

function measure(name, tensors, ways) {
  const times = ways.map(() => [])
  for (let round = -1; round < Number(rounds); round++)
    ways.forEach((way, index) => {
      if (way === undefined) return
      const begin = performance.now()
      for (let i = 0; i < 5; i++) way()
      if (round >= 0) times[index].push((performance.now() - begin) / 5)
    })
  const [theirs, single, grouped] = times.map((list) => list.sort((a, b) => a - b)[list.length >> 1])
  const shown = (value) => (value === undefined ? '–' : value.toPrecision(3))
  print(
    `| ${name} | ${tensors} | ${shown(theirs)} | ${shown(single)} | ${shown(grouped)} | ${shown(theirs && theirs / grouped)} |`,
  )
}

function print(line) {
  process.stdout.write(`${line}\n`)
}
