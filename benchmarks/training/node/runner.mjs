import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArrayDataset, Hook, Runner, useEngine } from '@hookloop/core'
import { fromLayersModel } from '@hookloop/layers'
import '@hookloop/optim'
import '@hookloop/scheduler'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-dist-sampler-seed'
import '@hookloop/hook-iter-timer'
import '@hookloop/hook-logger'
import '@hookloop/hook-param-scheduler'
import '@hookloop/hook-runtime-info'
import { randomData } from './data.mjs'
import { buildNet, lossOf } from './nets.mjs'

/** Every epoch is a round of the benchmark. */
class Pacer extends Hook {
  priority = 'HIGHEST'

  constructor(pace) {
    super()
    this.pace = pace
  }

  beforeTrainEpoch() {
    return this.pace.begin()
  }

  afterTrainEpoch(runner) {
    this.pace.end(() => runner.messageHub.getScalar('train/loss').current())
  }
}

/** Our Runner with its default hooks, but for checkpoints. */
export default async function train(task, pace) {
  const { engine, compile, stepsPerCall } = task.settings
  if (compile !== false) await import('@hookloop/compile')
  await useEngine(engine)
  const model = await modelOf(task)
  const data = randomData(task)
  const workDir = mkdtempSync(join(tmpdir(), 'hookloop-bench-'))
  process.once('exit', () => rmSync(workDir, { recursive: true, force: true }))
  const runner = new Runner({
    model,
    workDir,
    engine,
    console: false,
    trainDataloader: {
      dataset: new ArrayDataset({
        inputs: { values: data.inputs, shape: task.inputShape },
        labels: { values: data.labels, shape: [task.classes ?? 1] },
      }),
      batchSize: task.batchSize,
      sampler: { type: 'DefaultSampler', shuffle: true },
    },
    trainCfg: { maxEpochs: 1e6, compile, ...(stepsPerCall === undefined ? {} : { stepsPerCall }) },
    optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 1e-3 } },
    defaultHooks: { logger: { interval: 50 }, checkpoint: null },
    customHooks: [new Pacer(pace)],
    randomness: { seed: 1 },
  })
  await runner.train()
}

async function modelOf(task) {
  if (task.net === 'transformer') {
    const { Transformer } = await import('./transformer.mjs')
    return new Transformer(task)
  }
  const tf = await import('@tensorflow/tfjs')
  return fromLayersModel(buildNet(tf, task), { loss: lossOf(tf, task) })
}
