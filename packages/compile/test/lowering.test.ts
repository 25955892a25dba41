import '@tensorflow/tfjs-node'
import * as tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { Recorder } from '../src/recording/recorder.js'
import { templateOf } from '../src/recording/template.js'
import { nodeNames, stepGraph } from '../src/step/step-graph.js'
import { GraphSession } from '../src/tensorflow/graph-session.js'
import { idOf, type NativeBackend, nativeBackend } from '../src/tensorflow/native-backend.js'
import { expectClose } from './expect-same.js'

function native(): NativeBackend {
  const found = nativeBackend()
  if (found === undefined) throw new Error('tfjs-node is not the backend')
  return found
}

/** Records `make`, runs the graph with other values, and wants of it what `make` gives. @returns the graph's operations */
function expectSameOf(
  make: (inputs: tf.Tensor[]) => tf.Tensor[],
  recorded: tf.Tensor[],
  others: tf.Tensor[],
) {
  const { binding } = native()
  const recorder = new Recorder(native(), recorded, [])
  const outputs = recorder.record(() => {
    const made = make(recorded)
    return templateOf(made, (tensor) => recorder.sourceOf(tensor))
  })
  const { nodes } = stepGraph({
    recording: {
      ...{ nodes: recorder.nodes, variables: [], captured: [], written: new Map(), outputs },
      ...{ passes: [], drawn: [], leftOut: undefined, peakBytes: 0 },
    },
    batch: recorded.map(({ shape, dataId }) => ({ shape, dtype: native().tensorMap.get(dataId).dtype })),
    variables: [],
    numFactors: 0,
    guardedPasses: [],
    sideBySide: 1,
  })
  const wanted = make(others)
  const session = new GraphSession(binding, nodes)
  const found = session.run(
    others.map((tensor) => idOf(native(), tensor)),
    others.map((_, index) => nodeNames.batch(index)).join(),
    wanted.map((_, index) => nodeNames.output(index)).join(),
  )
  found.forEach(({ id }, index) => {
    expectClose([...binding.tensorDataSync(id)], [...(wanted[index]?.dataSync() ?? [])])
    binding.deleteTensor(id)
  })
  session.dispose()
  return nodes.map(({ op }) => op)
}

/** Batch normalization as layers make it, with its gradients. */
function normalized([x, scale, offset, times]: tf.Tensor[]): tf.Tensor[] {
  const { mean, variance } = tf.moments(tensor(x), [0, 1, 2])
  const gradients = tf.grads((x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    const result = tf.batchNorm(tensor(x), mean, variance, offset, scale, 0.01)
    return tf.mul(tf.relu(result), tensor(times)).sum()
  })([tensor(x), tensor(scale), tensor(offset)])
  return [mean, variance, ...gradients]
}

function tensor<Rank extends tf.Rank>(value: tf.Tensor | undefined): tf.Tensor<Rank> {
  if (value === undefined) throw new Error('a tensor is missing')
  return value as tf.Tensor<Rank>
}

const normalInputs = (seed: number, channels: number) => [
  tf.randomNormal([5, 4, 3, channels], 2, 3, 'float32', seed),
  ...[1, 2].map((more) => tf.randomNormal([channels], 1, 1, 'float32', seed + more)),
  tf.randomNormal([5, 4, 3, channels], 0, 1, 'float32', seed + 3),
]

describe('a lowered graph', () => {
  it.each([1, 2, 7])('normalizes batches of %i channels with two operations', (channels) => {
    tf.tidy(() => {
      const ops = expectSameOf(normalized, normalInputs(1, channels), normalInputs(11, channels))
      expect(ops.filter((op) => op.startsWith('FusedBatchNorm'))).toEqual([
        'FusedBatchNormV3',
        'FusedBatchNormGradV3',
      ])
      expect(ops).not.toContain('Rsqrt')
    })
  })

  it('leaves statistics alone that are not those of the batch', () => {
    tf.tidy(() => {
      const ops = expectSameOf(
        ([x, mean, variance]) => [
          tf.batchNorm(tensor(x), tensor<tf.Rank.R1>(mean), tensor<tf.Rank.R1>(tf.square(tensor(variance)))),
        ],
        normalInputs(1, 3).slice(0, 3),
        normalInputs(11, 3).slice(0, 3),
      )
      expect(ops).toContain('FusedBatchNorm')
    })
  })

  it("leaves a product of relu's mask that stretches its factors", () => {
    const gated = ([x, times]: tf.Tensor[]) => [tf.mul(tensor(times), tf.cast(tf.step(tensor(x)), 'float32'))]
    const wide = () => tf.randomNormal([4, 3])
    const tall = () => tf.randomNormal([4, 1])
    const ops = expectSameOf(gated, [wide(), tall()], [wide(), tall()])
    expect(ops).not.toContain('ReluGrad')
  })

  it('takes the gradient of relu from its result', () => {
    tf.tidy(() => {
      const make = ([x, times]: tf.Tensor[]) => [
        tf.grad((x) => tf.mul(tf.relu(x), tensor(times)).sum())(tensor(x)),
      ]
      const values = (seed: number) =>
        [0, 1].map((more) => tf.randomNormal([9, 5], 0, 1, 'float32', seed + more))
      const ops = expectSameOf(make, values(1), values(5))
      expect(ops).toContain('ReluGrad')
      expect(ops).not.toContain('IsNan')
    })
  })

  it('adds biases to products, and sums their gradients, with operations made for it', () => {
    tf.tidy(() => {
      const dense = ([x, kernel, bias]: tf.Tensor[]) =>
        tf.grads((x, kernel, bias) => tf.relu(tf.add(tf.matMul(x, kernel), bias)).sum())([
          tensor(x),
          tensor(kernel),
          tensor(bias),
        ])
      const values = (seed: number) =>
        [[9, 5], [5, 4], [4]].map((shape, more) => tf.randomNormal(shape, 0, 1, 'float32', seed + more))
      const ops = expectSameOf(dense, values(1), values(5))
      expect(new Set(ops)).toContain('BiasAdd')
      expect(new Set(ops)).toContain('BiasAddGrad')
      expect(ops.filter((op) => op.includes('MatMul'))).toEqual(['MatMul', 'MatMul', 'MatMul'])
    })
  })

  it('makes a product of matrices of one of batches of one', () => {
    tf.tidy(() => {
      const make = ([x, kernel, bias]: tf.Tensor[]) => {
        const product = tf.matMul(
          tf.reshape(tensor(x), [1, 6, 5]),
          tf.reshape(tensor(kernel), [1, 4, 5]),
          false,
          true,
        )
        return [tf.tanh(tf.add(tf.reshape(product, [6, 4]), tensor(bias))), product]
      }
      const values = (seed: number) =>
        [[6, 5], [4, 5], [4]].map((shape, more) => tf.randomNormal(shape, 0, 1, 'float32', seed + more))
      const ops = expectSameOf(make, values(1), values(5))
      expect(ops.filter((op) => op.includes('MatMul') || op.startsWith('Bias'))).toEqual([
        'MatMul',
        'BiasAdd',
      ])
    })
  })

  it('leaves sums alone that are not over a bias, and products of more than two axes', () => {
    tf.tidy(() => {
      const make = ([x, other, row]: tf.Tensor[]) => [
        tf.sum(tensor(x), [0, 2]),
        tf.sum(tensor(x), [0, 1], true),
        tf.add(tf.matMul(tensor(x), tensor(other)), tensor(row)),
      ]
      const values = (seed: number) =>
        [
          [3, 4, 4],
          [3, 4, 4],
          [4, 1],
        ].map((shape, more) => tf.randomNormal(shape, 0, 1, 'float32', seed + more))
      const ops = expectSameOf(make, values(1), values(5))
      expect(ops).toContain('BatchMatMulV2')
      expect(ops.filter((op) => op.startsWith('Bias'))).toEqual([])
    })
  })
})
