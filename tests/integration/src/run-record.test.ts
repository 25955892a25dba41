import { createRequire } from 'node:module'
import {
  type Checkpoint,
  datasetRegistry,
  MemoryStorage,
  modelRegistry,
  packagesOf,
  Runner,
  type RunnerOptions,
} from '@hookloop/core'
import '@hookloop/hook-checkpoint'
import '@hookloop/hook-ema'
import '@hookloop/hook-logger'
import '@hookloop/optim'
import '@hookloop/scheduler'
import '@hookloop/hook-param-scheduler'
import { Line } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'

class Points {
  readonly length = 6
  getBatch(indices: readonly number[]) {
    return { x: tf.tensor2d(indices.map((i) => [i / 6])), y: tf.tensor2d(indices.map((i) => [i / 12])) }
  }
}

const info = { name: 'my-points', version: '2.3.4', url: import.meta.url, hookApi: 1 }
datasetRegistry.register('Points', Points, info)
modelRegistry.register('Line', Line, info)

const config = {
  model: { type: 'Line' },
  workDir: '/run',
  engine: 'cpu',
  console: false,
  trainDataloader: { dataset: { type: 'Points' }, batchSize: 2 },
  trainCfg: { maxEpochs: 2 },
  optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.1 } },
  paramScheduler: { type: 'StepLR', stepSize: 1 },
  customHooks: [{ type: 'EMAHook', momentum: 0.1 }],
}

async function trained(options: object, storage = new MemoryStorage()) {
  const given: RunnerOptions = JSON.parse(JSON.stringify(options))
  const runner = new Runner({ ...given, storage })
  const lines: string[] = []
  runner.logger.addSink({ write: (line) => void lines.push(line) })
  await runner.train()
  const json = async (name: string) =>
    JSON.parse(new TextDecoder().decode(await storage.read(storage.join(runner.logDir, name))))
  const weights = Object.values(runner.model.stateDict()).map((value) => [...value.dataSync()])
  const result = {
    config: await json('config.json'),
    environment: await json('environment.json'),
    lines,
    weights,
    storage,
  }
  runner.dispose()
  runner.model.dispose?.()
  return result
}

describe('what is kept with a run', () => {
  it('is its config with the defaults, which gives the same run', async () => {
    const first = await trained(config)
    expect(first.config).toMatchObject({
      trainCfg: { maxEpochs: 2, valInterval: 1, compile: 'auto', stepsPerCall: 'auto' },
      trainDataloader: { batchSize: 2, sampler: { type: 'DefaultSampler', shuffle: true }, prefetch: 1 },
      defaultHooks: {
        checkpoint: { type: 'CheckpointHook', interval: 1, maxKeepCkpts: -1 },
        logger: { type: 'LoggerHook', interval: 10 },
        timer: null,
      },
      customHooks: [{ type: 'EMAHook', momentum: 0.1, emaType: 'ExponentialMovingAverage' }],
      randomness: { seed: expect.any(Number), diffRankSeed: false },
    })
    const { storage: _, ...again } = first.config
    expect((await trained(again)).weights).toEqual(first.weights)
  })

  it('is where it ran and what with, told in one line', async () => {
    const { environment, lines } = await trained(config)
    const { version } = createRequire(import.meta.url)('@hookloop/core/package.json')
    expect(environment).toMatchObject({
      packages: { '@hookloop/core': version, '@hookloop/hook-ema': expect.any(String), 'my-points': '2.3.4' },
      tfjs: tf.version_core,
      engine: expect.stringContaining('cpu'),
      system: expect.stringContaining(process.version),
    })
    expect(Object.keys(environment)).toContain('git')
    expect(lines.filter((line) => line.startsWith('environment: '))).toEqual([
      expect.stringContaining(`@hookloop/core ${version}, tfjs ${tf.version_core}, Node ${process.version}`),
    ])
  })
})

describe('the packages of a checkpoint', () => {
  it('are those of everything that took part, and a resume tells what has changed', async () => {
    const first = await trained(config)
    const runner = Runner.fromConfig(config)
    const { storage } = first
    const reader = new Runner({ model: new Line(), workDir: '/other', storage, console: false })
    const checkpoint: Checkpoint = await reader.loadCheckpoint('/run/epoch_2.safetensors')
    const packages = packagesOf(checkpoint)
    expect(Object.keys(packages).sort()).toEqual([
      ...['@hookloop/core', '@hookloop/hook-checkpoint', '@hookloop/hook-ema', '@hookloop/hook-logger'],
      ...['@hookloop/hook-param-scheduler', '@hookloop/optim', '@hookloop/scheduler', 'my-points'],
    ])
    for (const tensors of [checkpoint.stateDict, Object(checkpoint.emaStateDict)]) tf.dispose(tensors)
    runner.dispose()
    const { customHooks: _, ...withoutAverage } = config
    const resumed = await trained({ ...withoutAverage, resume: true, trainCfg: { maxEpochs: 3 } }, storage)
    const told = resumed.lines.filter((line) => line.includes('npm install'))
    expect(told).toEqual([
      expect.stringMatching(
        /trained with @hookloop\/hook-ema .* not in this run.*npm install @hookloop\/hook-ema@/,
      ),
    ])
  })
})
