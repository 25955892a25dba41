import '@tensorflow/tfjs-node'
import { Hook, type Runner, type RunnerOptions } from '@hookloop/core'
import { EMAHook } from '@hookloop/hook-ema'
import * as tf from '@tensorflow/tfjs'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { GraphNode } from '../src/tensorflow/graph-def.js'
import { expectSame } from './expect-same.js'
import { dataOf, field, layersTask } from './task.js'
import { trainInCalls } from './train-in-calls.js'

// One thread per operation and three operations side by side, before the library is loaded.
vi.hoisted(() => {
  process.env.TF_NUM_INTRAOP_THREADS = '1'
  process.env.TF_NUM_INTEROP_THREADS = '3'
})

const graphs = vi.hoisted(() => ({ made: [] as (readonly GraphNode[])[] }))
vi.mock(import('../src/lowering/parted-products.js'), async (original) => {
  const { withPartedProducts } = await original()
  return {
    withPartedProducts: (...given) => {
      const nodes = withPartedProducts(...given)
      graphs.made.push(nodes)
      return nodes
    },
  }
})

beforeEach(() => void graphs.made.splice(0))

/** Sets every weight now and then. */
class Halver extends Hook {
  override afterTrainIter(runner: Runner, batchIdx: number) {
    if (batchIdx !== 1) return
    for (const weight of Object.values(runner.model.parameters()))
      tf.tidy(() => weight.assign(tf.mul(weight, 0.5)))
  }
}

const batchSize = 64

interface Details {
  readonly hooks?: () => Hook[]
  readonly numBatches?: number
}

/** The first kernel is worth three parts, the second two; the third and biases stay whole. In the short batch, two and one. */
function wide(
  wrapper: NonNullable<RunnerOptions['optimWrapper']>,
  { hooks, numBatches = 2.5 }: Details = {},
) {
  const dense = (units: number, activation: 'relu' | 'softmax', seed: number) => {
    const kernelInitializer = tf.initializers.glorotUniform({ seed })
    return tf.layers.dense({ units, activation, kernelInitializer })
  }
  const inputSize = 258
  const data = {
    fields: { inputs: field([inputSize], 1), labels: field([], 2, 3) },
    examples: numBatches * batchSize,
  }
  return layersTask(
    () => [
      tf.layers.inputLayer({ inputShape: [inputSize] }),
      dense(256, 'relu', 1),
      dense(128, 'relu', 2),
      dense(3, 'softmax', 3),
    ],
    {
      ...data,
      ...(hooks === undefined ? {} : { hooks }),
      loss: 'sparseCategoricalCrossentropy',
      epochs: 4,
      options: {
        optimWrapper: wrapper,
        trainDataloader: {
          dataset: dataOf(data),
          batchSize,
          sampler: { type: 'DefaultSampler', shuffle: true },
        },
      },
    },
  )
}

/** Of a large eps: gradients near 0 would make much of their rounding otherwise. */
const adam = { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 1e-3, eps: 1e-3 } } as const

const momentum = {
  type: 'OptimWrapper',
  optimizer: { type: 'SGD', lr: 0.01, momentum: 0.9 },
} as const
const descent = { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.01 } } as const

/** How many parts the graphs made so far hold of each variable that is in parts. */
function partsOfUpdated(): number[][] {
  return graphs.made.map((nodes) => {
    const handles = nodes
      .filter(({ op }) => op.startsWith('ResourceApply'))
      .map(({ inputs: [name = ''] }) => name)
    const counts = new Map<string, number>()
    for (const [whole = ''] of handles.flatMap((name) => [/^h\d+(?=_)/.exec(name) ?? []]))
      if (whole !== '') counts.set(whole, (counts.get(whole) ?? 0) + 1)
    return [...counts.values()]
  })
}

describe('where operations have one thread each', () => {
  it.each([adam, momentum, descent])(
    'products and updates of large kernels run in parts: %o',
    async (wrapper) => {
      await expectSame(wide(wrapper), 12)
      expect(partsOfUpdated()).toEqual([[3, 2], [2]])
    },
  )

  it('joins parts for who reads, and divides what is set', async () => {
    const hooks = () => [new EMAHook({ interval: 2 }), new Halver()]
    await expectSame(wide(adam, { hooks }), 12)
    expect(partsOfUpdated()[0]).toEqual([3, 2])
  })

  it('runs several steps per call, to the bit', async () => {
    const task = wide(adam, { numBatches: 4 })
    const [one, four] = [await trainInCalls(task, 1), await trainInCalls(task, 4)]
    expect(four.report?.stepsPerCall).toBe(4)
    expect(four.weights).toEqual(one.weights)
    expect(four.scalars).toEqual(one.scalars)
    expect(four.optimizer).toBe(one.optimizer)
    expect(partsOfUpdated()[0]).toEqual([3, 2])
  })

  it('leaves kernels whole whose gradient others read', async () => {
    await expectSame(wide({ ...adam, clipGrad: { maxNorm: 0.1 } }), 12)
    expect(partsOfUpdated()).toEqual([[], []])
  })
})
