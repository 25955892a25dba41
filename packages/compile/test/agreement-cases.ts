import { fromLayersModel } from '@hookloop/layers'
import { Draw, type LayerCase, layerCases } from '@hookloop-tests/layer-cases'
import * as tf from '@tensorflow/tfjs'
import { field, type Task } from './task.js'

type OptimWrapperConfig = NonNullable<NonNullable<Task['options']>['optimWrapper']>

/** Every optimizer, with what makes it another rule. */
const optimizers = [
  { type: 'SGD', lr: 0.1 },
  { type: 'SGD', lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  { type: 'SGD', lr: 0.1, momentum: 0.9, dampening: 0.5 },
  { type: 'Adam', lr: 0.01 },
  { type: 'Adam', lr: 0.01, amsgrad: true, weightDecay: 0.01, maximize: true },
  { type: 'AdamW', lr: 0.01 },
  { type: 'RMSprop', lr: 0.01, centered: true, momentum: 0.9 },
  { type: 'Adagrad', lr: 0.1, lrDecay: 0.01 },
  { type: 'Adadelta', lr: 1 },
  { type: 'Adamax', lr: 0.01 },
  { type: 'NAdam', lr: 0.01 },
  { type: 'RAdam', lr: 0.01 },
  { type: 'Lion', lr: 0.001 },
] as const

/** Layers whose random numbers come from `Math.random`, with some noise; elsewhere their cases have none. */
const noisy: Readonly<Record<string, () => tf.layers.Layer>> = {
  alphaDropout: () => tf.layers.alphaDropout({ rate: 0.2 }),
  dropout: () => tf.layers.dropout({ rate: 0.4 }),
  gaussianDropout: () => tf.layers.gaussianDropout({ rate: 0.3 }),
  gaussianNoise: () => tf.layers.gaussianNoise({ stddev: 0.5 }),
  spatialDropout1d: () => tf.layers.spatialDropout1d({ rate: 0.3 }),
}

/** 20 examples in batches of 4, ten times: 50 steps. */
const epochs = 10

/** All that compiled and eager training are compared on, by the name of the table's row. */
export const agreementCases: Readonly<Record<string, Task>> = {
  ...Object.fromEntries(
    Object.keys(layerCases).map((name, index) => [`layer ${name}`, layerTask(name, index)]),
  ),
  ...Object.fromEntries(optimizers.map((optimizer) => [optimizerName(optimizer), optimizerTask(optimizer)])),
}

function optimizerName({ type, ...settings }: (typeof optimizers)[number]): string {
  const told = Object.entries(settings).filter(([name]) => name !== 'lr')
  return `optimizer ${type}${told.length === 0 ? '' : ` (${told.map(([name, value]) => `${name} ${value}`).join(', ')})`}`
}

function optimizerTask(optimizer: (typeof optimizers)[number]): Task {
  const model = () => {
    const layers = [
      tf.layers.dense({ inputShape: [6], units: 8, activation: 'relu' }),
      tf.layers.dense({ units: 3, activation: 'softmax' }),
    ]
    return runnable(tf.sequential({ layers }), ['inputs'])
  }
  const optimWrapper: OptimWrapperConfig = { type: 'OptimWrapper', optimizer }
  return {
    model,
    fields: { inputs: field([6], 1), labels: field([3], 2) },
    epochs,
    options: { optimWrapper },
  }
}

/** The layer between dense ones, so that gradients go through it and to it. */
function layerTask(name: string, seed: number): Task {
  const { inputs, classes, ...drawn } = drawnCase(name, seed)
  const make = noisy[name] ?? drawn.make
  const names = inputs.map((_, index) => `input${index}`)
  const model = () => {
    const symbols = inputs.map((shape) =>
      tf.input({ shape: [...shape], dtype: classes === undefined ? 'float32' : 'int32' }),
    )
    const before = symbols.map((symbol) =>
      classes === undefined ? dense(symbol, symbol.shape.at(-1) ?? 1) : symbol,
    )
    const [only] = before
    const output = make().apply(
      before.length === 1 && only !== undefined ? only : before,
    ) as tf.SymbolicTensor
    const flat = output.shape.length > 2 ? (tf.layers.flatten().apply(output) as tf.SymbolicTensor) : output
    return runnable(tf.model({ inputs: symbols, outputs: dense(flat, 2) }), names)
  }
  const fields = Object.fromEntries(
    names.map((input, index) => [input, field(inputs[index] ?? [], index + 3, classes)]),
  )
  const optimWrapper: OptimWrapperConfig = {
    type: 'OptimWrapper',
    optimizer: { type: 'SGD', lr: 0.001, momentum: 0.9 },
  }
  return { model, fields: { ...fields, labels: field([2], 2) }, epochs, options: { optimWrapper } }
}

/** The first case from `seed` on that tfjs-node computes: its depthwise convolutions want equal strides. */
function drawnCase(name: string, seed: number): LayerCase {
  const drawLayer = layerCases[name]
  if (drawLayer === undefined) throw new Error(`there is no case for ${name}`)
  const drawn = drawLayer(new Draw(seed))
  const [rows, columns] = /"strides":\[(\d),(\d)\]/.exec(drawn.told)?.slice(1) ?? []
  return rows === columns ? drawn : drawnCase(name, seed + 100)
}

function dense(input: tf.SymbolicTensor, units: number): tf.SymbolicTensor {
  return tf.layers.dense({ units }).apply(input) as tf.SymbolicTensor
}

/** With weights that are the same each time. */
function runnable(net: tf.LayersModel, inputs: string[]) {
  const draw = new Draw(1)
  tf.tidy(() =>
    net.setWeights(net.getWeights().map((w) => tf.tensor(draw.values(w.shape, -0.3, 0.3), w.shape))),
  )
  return fromLayersModel(net, { loss: 'meanSquaredError', inputs })
}
