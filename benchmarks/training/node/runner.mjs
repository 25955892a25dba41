import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ArrayDataset, Runner, useEngine } from '@hookloop/core'
import { fromLayersModel } from '@hookloop/layers'
import '@hookloop/optim'
import { randomData } from './data.mjs'
import { buildNet, lossOf } from './nets.mjs'
import { defaultHooks, Pacer } from './pacer.mjs'

/** Our Runner with its default hooks, but for checkpoints. */
export default async function train(task, pace) {
  const { engine, compile, stepsPerCall, ema, checkpointInterval } = task.settings
  if (compile !== false) await import('@hookloop/compile')
  if (ema) await import('@hookloop/hook-ema')
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
    defaultHooks:
      checkpointInterval === undefined
        ? defaultHooks
        : {
            ...defaultHooks,
            checkpoint: { byEpoch: false, interval: checkpointInterval, maxKeepCkpts: 1 },
          },
    customHooks: [new Pacer(pace), ...(ema ? [{ type: 'EMAHook' }] : [])],
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
