import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Dataset } from '../data/dataset.js'
import { Hook } from '../hook/hook.js'
import { BaseModel } from '../model/base-model.js'
import type { Model } from '../model/model.js'
import '../registry/built-ins.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import { Runner } from './runner.js'

/** Answers every example with one class. */
class Constant extends BaseModel {
  readonly weight = this.addParameter('weight', tf.scalar(1))

  constructor(private readonly answer: number) {
    super()
  }

  forward() {
    return tf.oneHot(tf.fill([2], this.answer, 'int32'), 2)
  }
}

const dataset: Dataset = {
  length: 4,
  getBatch: (indices) => ({ labels: tf.ones([indices.length], 'int32') }),
}

function makeRunner(beforeTest: (runner: Runner) => void): Runner {
  class Replace extends Hook {
    override beforeTest(runner: Runner) {
      beforeTest(runner)
    }
  }
  return new Runner({
    model: new Constant(0),
    workDir: 'run',
    storage: new MemoryStorage(),
    engine: 'cpu',
    console: false,
    testDataloader: { dataset, batchSize: 2 },
    testEvaluator: { type: 'Accuracy' },
    customHooks: [new Replace()],
  })
}

describe('the model of a Runner', () => {
  it('can be replaced from a hook on, and put back', async () => {
    const other = new Constant(1)
    const runner = makeRunner((running) => {
      running.model = other
    })
    expect(await runner.test()).toEqual({ 'accuracy/top1': 1 })
    expect(runner.model).toBe(other)
    const first = makeRunner((running) => {
      const { model } = running
      running.model = other
      running.model = model
    })
    expect(await first.test()).toEqual({ 'accuracy/top1': 0 })
  })

  it('is not there to be replaced before the run has begun', () => {
    const runner = makeRunner(() => undefined)
    expect(() => {
      runner.model = new Constant(1)
    }).toThrow(/runner\.model is there only once a run has begun.*HL_RUNNER_STATE/)
  })

  it('must have what the run needs', async () => {
    const untestable: Model = {
      trainStep: () => ({}),
      parameters: () => ({}),
      stateDict: () => ({}),
      loadStateDict: () => ({ missing: [], unexpected: [] }),
    }
    const runner = makeRunner((running) => {
      running.model = untestable
    })
    await expect(runner.test()).rejects.toThrow(
      /the model that runner\.model was set to has no testStep.*HL_MODEL_METHODS/,
    )
  })
})
