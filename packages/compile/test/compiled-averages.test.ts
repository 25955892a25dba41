import {
  type Checkpoint,
  Hook,
  hasCode,
  MemoryStorage,
  type Runner,
  type RunnerOptions,
} from '@hookloop/core'
import { CheckpointHook } from '@hookloop/hook-checkpoint'
import { EMAHook, type EMAHookOptions } from '@hookloop/hook-ema'
import * as tf from '@tensorflow/tfjs'
import { expect, it, vi } from 'vitest'
import { ModelStepCompiler } from '../src/index.js'
import { expectClose } from './expect-same.js'
import { dataOf, field, layersTask, type Task } from './task.js'
import { train } from './train-both-ways.js'

/** What the model holds while it is judged: averages and buffers. */
class JudgedWeights extends Hook {
  readonly seen: number[][] = []

  override beforeValIter(runner: Runner, batchIdx: number) {
    if (batchIdx > 0) return
    for (const value of Object.values(runner.model.stateDict()))
      if (value instanceof tf.Tensor) this.seen.push([...value.dataSync()])
  }
}

/** Changes a weight after the step and before it is averaged. */
class Meddler extends Hook {
  override readonly priority = 'VERY_HIGH'

  override afterTrainIter(runner: Runner, batchIdx: number) {
    const [weight] = Object.values(runner.model.parameters())
    if (batchIdx % 3 === 1 && weight !== undefined) tf.tidy(() => weight.assign(tf.mul(weight, 0.9)))
  }
}

function taskOf(hooks: () => Hook[], options: Partial<RunnerOptions> = {}): Task {
  const kernelInitializer = () => tf.initializers.glorotUniform({ seed: 3 })
  const layers = () => [
    tf.layers.dense({
      inputShape: [5],
      units: 7,
      activation: 'relu',
      kernelInitializer: kernelInitializer(),
    }),
    tf.layers.batchNormalization(),
    tf.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: kernelInitializer() }),
  ]
  return layersTask(layers, {
    fields: { inputs: field([5], 1), labels: field([], 2, 3) },
    loss: 'sparseCategoricalCrossentropy',
    hooks,
    // The last batch of an epoch is short, so that the averages go from one graph to another.
    examples: 18,
    options: {
      optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1, momentum: 0.9 } },
      ...options,
    },
  })
}

async function averagesOf(options: EMAHookOptions, compile: boolean, more: () => Hook[] = () => []) {
  const reader = new JudgedWeights()
  const task = taskOf(() => [new EMAHook(options), reader, ...more()])
  const judging = {
    valDataloader: { dataset: dataOf(task), batchSize: 9 },
    valEvaluator: { type: 'Accuracy' },
  } as const
  const { report, weights } = await train({ ...task, options: { ...task.options, ...judging } }, compile)
  return { report, weights, seen: reader.seen }
}

const settings: readonly EMAHookOptions[] = [
  { momentum: 0.1 },
  { momentum: 0.1, interval: 3 },
  { momentum: 0.3, updateBuffers: true },
  { emaType: 'StochasticWeightAverage', interval: 2, beginIter: 7 },
  { emaType: 'MomentumAnnealingEMA', gamma: 5, beginEpoch: 2 },
]

it.each(settings)('averages inside the graph what it averages outside, with %o', async (options) => {
  const before = tf.memory().numTensors
  const follow = vi.spyOn(ModelStepCompiler.prototype, 'followAverages')
  const [eager, compiled] = [await averagesOf(options, false), await averagesOf(options, true)]
  expect(compiled.report?.obstacles).toEqual([])
  // All but the first, which copies.
  expect(follow.mock.results.length).toBeGreaterThan(10)
  expect(follow.mock.results.map(({ value }) => value)).not.toContain(false)
  follow.mockRestore()
  expect(compiled.seen.length).toBe(eager.seen.length)
  compiled.seen.forEach((values, index) => {
    expectClose(values, eager.seen[index] ?? [])
  })
  for (const [name, values] of Object.entries(eager.weights))
    expectClose(compiled.weights[name] ?? [], values)
  expect(tf.memory().numTensors).toBe(before)
})

it('averages what a hook has changed since the step', async () => {
  const run = (compile: boolean) => averagesOf({ momentum: 0.2 }, compile, () => [new Meddler()])
  const [eager, compiled] = [await run(false), await run(true)]
  compiled.seen.forEach((values, index) => {
    expectClose(values, eager.seen[index] ?? [])
  })
})

it.each([1, 4, 5, 12])('resumes averages exactly after iteration %i', async (stopAt) => {
  class Stopper extends Hook {
    override afterTrainIter(runner: Runner) {
      if (runner.iter + 1 === stopAt && !runner.isResumed) runner.interrupt('the test')
    }
  }
  class LastAverages extends Hook {
    override readonly priority = 'LOWEST'
    readonly seen: number[][] = []
    override beforeSaveCheckpoint(_runner: Runner, { stateDict }: Checkpoint) {
      this.seen.splice(0, Infinity, ...Object.values(stateDict).map((value) => [...value.dataSync()]))
    }
  }
  const run = (storage: MemoryStorage, more: Hook[], resume: boolean) =>
    train(
      taskOf(() => [new EMAHook({ momentum: 0.1 }), new CheckpointHook({}), ...more], {
        storage,
        ...(resume ? { resume } : {}),
      }),
      true,
    )
  const [wholeStorage, partStorage] = [new MemoryStorage(), new MemoryStorage()]
  const [wholeAverages, restAverages] = [new LastAverages(), new LastAverages()]
  const whole = await run(wholeStorage, [wholeAverages], false)
  await expect(run(partStorage, [new Stopper()], false)).rejects.toSatisfy((error) =>
    hasCode(error, 'HL_INTERRUPTED'),
  )
  const rest = await run(partStorage, [restAverages], true)
  expect(rest.weights).toEqual(whole.weights)
  expect(restAverages.seen.length).toBeGreaterThan(0)
  expect(restAverages.seen).toEqual(wholeAverages.seen)
})
