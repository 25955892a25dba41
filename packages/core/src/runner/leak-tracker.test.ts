import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ArrayDataset } from '../data/array-dataset.js'
import type { Dataset } from '../data/dataset.js'
import '../registry/built-ins.js'
import { Metric } from '../evaluation/metric.js'
import { Hook } from '../hook/hook.js'
import { BaseModel } from '../model/base-model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import type { RunnerOptions } from './options.js'
import { Runner } from './runner.js'

class Constant extends BaseModel<{ x: tf.Tensor2D }> {
  forward({ x }: { x: tf.Tensor2D }, mode: 'loss' | 'predict' | 'tensor') {
    return mode === 'loss' ? { loss: tf.mean(x) } : x.clone()
  }
}

class KeepsInEachStep extends Constant {
  override forward(batch: { x: tf.Tensor2D }, mode: 'loss' | 'predict' | 'tensor') {
    tf.keep(tf.zeros([7]))
    return super.forward(batch, mode)
  }
}

class Still implements OptimWrapper {
  readonly paramGroups = []
  stepListener = {}

  updateParams(loss: () => tf.Scalar): tf.Scalar {
    return loss()
  }

  initializeCountStatus(): void {}
  getLr() {
    return { lr: [0] }
  }
  getMomentum() {
    return { momentum: [0] }
  }
  stateDict() {
    return {}
  }
  loadStateDict(): void {}
  dispose(): void {}
}

class Nothing extends Metric {
  process(): void {}
  computeMetrics() {
    return {}
  }
}

const dataset = new ArrayDataset({ x: { values: new Float32Array(16), shape: [1] } })

/** @returns the warnings of a training of three epochs of 16 batches */
async function warningsOf(options: Partial<RunnerOptions>): Promise<string[]> {
  const warnings: string[] = []
  const model = options.model ?? new Constant()
  const runner = new Runner({
    workDir: 'work',
    storage: new MemoryStorage(),
    engine: 'cpu',
    console: false,
    trackLeaks: true,
    trainDataloader: { dataset, batchSize: 1 },
    trainCfg: { maxEpochs: 4 },
    optimWrapper: new Still(),
    ...options,
    model,
  })
  runner.logger.addSink({
    write: (message, level) =>
      void (level === 'WARNING' && /^trackLeaks/.test(message) && warnings.push(message)),
  })
  await runner.train()
  expect(runner.hooks.isObserved).toBe(false)
  runner.dispose()
  return warnings
}

it('is silent where nothing leaks, and where values wait in the message hub', async () => {
  class Notes extends Hook {
    override afterTrainIter(runner: Runner) {
      // Integers are kept as tensors until somebody reads them, as all values are on a device.
      const value = tf.scalar(1, 'int32')
      runner.messageHub.updateScalar('train/own', value)
      value.dispose()
    }
  }
  expect(await warningsOf({ customHooks: [new Notes()] })).toEqual([])
})

it('names the hook and the point, once', async () => {
  class Clones extends Hook {
    override afterTrainIter(_runner: Runner, _batchIdx: number, batch: Record<string, unknown>) {
      if (batch.x instanceof tf.Tensor) batch.x.clone()
    }
  }
  expect(await warningsOf({ customHooks: [new Clones()] })).toEqual([
    'trackLeaks: at each of the last 10 times of beforeTrainIter there were more tensors than before. Made and not ' +
      'freed: 9 float32 [1, 1] by Clones in afterTrainIter. Wrap what makes them in tf.tidy, or dispose what it keeps',
  ])
})

it('names the step of the model', async () => {
  const [warning] = await warningsOf({ model: new KeepsInEachStep() })
  expect(warning).toContain('9 float32 [7] by trainStep of the model')
})

it('names the dataset', async () => {
  const leaking: Dataset = {
    length: 16,
    get: () => {
      tf.ones([5])
      return { x: [0] }
    },
  }
  const [warning] = await warningsOf({ trainDataloader: { dataset: leaking, batchSize: 1 } })
  expect(warning).toContain('9 float32 [5] by the dataset, its transforms or collate (train)')
})

it('names what grows from epoch to epoch only', async () => {
  class Keeps extends Hook {
    override afterValEpoch() {
      tf.zeros([3])
    }
  }
  const [warning] = await warningsOf({
    valDataloader: { dataset, batchSize: 8 },
    valEvaluator: new Nothing(),
    customHooks: [new Keeps()],
  })
  expect(warning).toMatch(/last 3 times of beforeTrainEpoch .* 2 float32 \[3\] by Keeps in afterValEpoch/)
})
