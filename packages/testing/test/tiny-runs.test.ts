import { Hook, type Runner } from '@hookloop/core'
import { memory } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import {
  expectGolden,
  FakeClock,
  HubRecorder,
  LogRecorder,
  ScalarRecorder,
  TraceRecorder,
  tinyRunner,
} from '../src/index.js'

it('trains, validates and tests, always in the same way, and leaves no tensor', async () => {
  const lossesOf = async () => {
    const runner = tinyRunner()
    await runner.train()
    const metrics = await runner.test()
    expect(metrics['accuracy/top1']).toBe(0.8)
    const weights = [...(runner.model.parameters()['dense.weight']?.dataSync() ?? [])]
    runner.dispose()
    runner.model.dispose?.()
    return weights
  }
  const weights = await lossesOf()
  const { numTensors } = memory()
  expect(weights.every(Number.isFinite)).toBe(true)
  expect(await lossesOf()).toEqual(weights)
  expect(memory().numTensors).toBe(numTensors)
})

it('takes options as a Runner does', async () => {
  const clock = new FakeClock()
  const start = clock.now()
  const runner = tinyRunner({ clock, trainCfg: { byEpoch: false, maxIters: 2 }, randomness: { seed: 7 } })
  await runner.train()
  expect(runner.iter).toBe(2)
  expect(runner.seed).toBe(7)
  // Two training steps, and a validation of two batches.
  expect(clock.now() - start).toBe(3000)
  runner.dispose()
  runner.model.dispose?.()
})

/** Writes into the hub, the log and the visualizer. */
class Speaks extends Hook {
  override afterTrainIter({ messageHub, visualizer, iter }: Runner) {
    messageHub.updateScalar('train/square', iter * iter)
    messageHub.updateInfo('newest', iter)
    visualizer.addScalar('square', iter * iter, iter)
  }
  override afterTrainEpoch({ logger, epoch }: Runner) {
    logger.info(`epoch ${epoch}`)
    logger.warn('slow')
  }
}

it('records points, the hub, the log and what is shown', async () => {
  const trace = new TraceRecorder()
  const hub = new HubRecorder({ prefix: 'train/sq' })
  const shown = new ScalarRecorder()
  const runner = tinyRunner({
    trainCfg: { maxEpochs: 1 },
    visualizer: { type: 'Visualizer', visBackends: [shown] },
    customHooks: [trace, hub, new Speaks()],
  })
  const log = LogRecorder.of(runner)
  await runner.train()
  expect(trace.points.slice(0, 5)).toEqual([
    'beforeRun',
    'beforeTrain',
    'beforeTrainEpoch',
    'beforeTrainIter',
    'beforeOptimStep',
  ])
  await expectGolden(trace.lines, new URL('./fixtures/trace.json', import.meta.url))
  expect(hub.valuesOf('train/square')).toEqual([0, 1, 4, 4])
  expect(hub.entries.at(-1)).toEqual({
    ...{ point: 'afterValEpoch', epoch: 1, iter: 3 },
    scalars: { 'train/square': 4 },
    info: {},
  })
  expect(shown.valuesOf('square')).toEqual([
    [0, 0],
    [1, 1],
    [2, 4],
  ])
  expect(log.messages('WARNING')).toContain('slow')
  expect(log.messages('INFO')).toContain('epoch 0')
  runner.dispose()
  runner.model.dispose?.()
})
