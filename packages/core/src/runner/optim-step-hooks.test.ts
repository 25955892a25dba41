import '@tensorflow/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { ArrayDataset } from '../data/array-dataset.js'
import '../registry/built-ins.js'
import { Hook } from '../hook/hook.js'
import { BaseModel } from '../model/base-model.js'
import type { OptimStepListener, OptimWrapper } from '../optim/optim-wrapper.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import { Runner } from './runner.js'

class Constant extends BaseModel<{ x: tf.Tensor2D }> {
  forward({ x }: { x: tf.Tensor2D }) {
    return { loss: tf.mean(x) }
  }
}

/** Updates nothing, but tells so. */
class Telling implements OptimWrapper {
  readonly paramGroups = []
  stepListener: OptimStepListener = {}

  updateParams(loss: () => tf.Scalar): tf.Scalar {
    this.stepListener.beforeStep?.({})
    this.stepListener.beginUpdate?.()
    this.stepListener.afterStep?.()
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

it('hears of the update while a run is observed, and of gradients only where a hook asks for them', async () => {
  const optimWrapper = new Telling()
  const lines: string[] = []
  const wanted: OptimStepListener[] = []
  const observer = {
    beginPoint: (point: string) => {
      if (point.endsWith('OptimStep')) lines.push(point)
      return () => undefined
    },
    beginHook: () => () => undefined,
    beginUpdate: () => void lines.push('update'),
  }
  class ObservesTheSecond extends Hook {
    #stop = () => {}

    override afterTrainIter(runner: Runner) {
      this.#stop()
      wanted.push(optimWrapper.stepListener)
      if (runner.iter === 0) this.#stop = runner.hooks.observe(observer)
    }
  }
  const runner = new Runner({
    model: new Constant(),
    workDir: 'work',
    storage: new MemoryStorage(),
    engine: 'cpu',
    console: false,
    trainDataloader: {
      dataset: new ArrayDataset({ x: { values: new Float32Array(4), shape: [1] } }),
      batchSize: 1,
    },
    trainCfg: { maxEpochs: 1 },
    optimWrapper,
    customHooks: [new ObservesTheSecond()],
  })
  await runner.train()
  expect(lines).toEqual(['update', 'afterOptimStep'])
  const none = { beforeStep: undefined, beginUpdate: undefined, afterStep: undefined }
  expect(wanted).toEqual([none, none, none, none])
  runner.registerHook({ priority: 50, beforeOptimStep: () => undefined })
  expect(optimWrapper.stepListener).toMatchObject({ beforeStep: expect.any(Function), afterStep: undefined })
  runner.dispose()
})
