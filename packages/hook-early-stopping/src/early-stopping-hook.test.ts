import {
  type Dataset,
  Hook,
  MemoryStorage,
  Metric,
  type Metrics,
  type Runner,
  type RunnerOptions,
} from '@hookloop/core'
import { withRunner } from '@hookloop-tests/support'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EarlyStoppingHook, type EarlyStoppingHookOptions } from './index.js'

/** Gives the results of a script, one per validation. */
class Scripted extends Metric {
  #validations = 0

  constructor(private readonly script: readonly Metrics[]) {
    super()
  }

  process(): void {}

  computeMetrics(): Metrics {
    return { ...this.script[this.#validations++] }
  }
}

const dataset: Dataset = { length: 1, get: () => ({ x: [0], y: [0] }) }

/** Trains as many epochs as there are results. @returns how many were trained, and the warnings */
async function epochsWith(
  script: readonly Metrics[],
  options: EarlyStoppingHookOptions,
  extra: Partial<RunnerOptions> = {},
) {
  const hook = new EarlyStoppingHook(options)
  const lines: string[] = []
  const epochs = await withRunner(
    {
      trainCfg: { maxEpochs: script.length },
      valDataloader: { dataset, batchSize: 1 },
      valEvaluator: new Scripted(script),
      customHooks: [hook],
      ...extra,
    },
    async (runner) => {
      runner.logger.addSink({ write: (message) => void lines.push(message) })
      await runner.train()
      return runner.epoch
    },
  )
  return { epochs, hook, lines: lines.filter((line) => line.startsWith('EarlyStoppingHook')) }
}

const accuracies = (...values: readonly number[]) => values.map((acc) => ({ acc }))

describe('EarlyStoppingHook', () => {
  it('stops after as many validations without improvement as it has patience for', async () => {
    const { epochs, hook, lines } = await epochsWith(accuracies(0.5, 0.6, 0.605, 0.604, 0.9), {
      monitor: 'acc',
      minDelta: 0.01,
      patience: 2,
    })
    expect(epochs).toBe(4)
    expect(hook.bestScore).toBe(0.6)
    expect(lines).toEqual([
      'EarlyStoppingHook: training stops, because acc did not improve in the last 2 validations; its best value is 0.6',
    ])
  })

  it('stops at a threshold, and at what is no number', async () => {
    const threshold = { monitor: 'acc', minDelta: 0, stoppingThreshold: 0.9 }
    expect((await epochsWith(accuracies(0.5, 0.9, 0.91, 1), threshold)).epochs).toBe(3)
    expect((await epochsWith(accuracies(0.5, Number.NaN, 1), { monitor: 'acc' })).epochs).toBe(2)
  })

  it('reads a metric that is still on the device', async () => {
    const script = [1, 2, 2, 2].map((value) => ({ loss: tf.scalar(value) }))
    const { epochs } = await epochsWith(script, { monitor: 'loss', patience: 1 })
    expect(epochs).toBe(2)
    tf.dispose(script)
  })

  it('warns of a missing metric, or fails', async () => {
    const script = [{ other: 1 }, { acc: 1 }]
    const { epochs, lines } = await epochsWith(script, { monitor: 'acc' })
    expect(epochs).toBe(2)
    expect(lines).toEqual([
      expect.stringMatching(/after epoch 1: monitor names the metric 'acc', but the validation gave other/),
    ])
    await expect(epochsWith(script, { monitor: 'acc', strict: true })).rejects.toThrow(
      /the validation gave other.*HL_EARLY_STOPPING_METRIC/,
    )
  })

  it('leaves a validation outside of training alone', async () => {
    const hook = new EarlyStoppingHook({ monitor: 'acc' })
    const options = {
      valDataloader: { dataset, batchSize: 1 },
      valEvaluator: new Scripted(accuracies(Number.NaN)),
      customHooks: [hook],
    }
    await withRunner(options, (runner) => runner.val())
    expect(hook.waitCount).toBe(0)
  })

  it('goes on waiting where a checkpoint left it, at any validation', async () => {
    const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(scores, fc.nat(7), async (values, where) => {
        const options = { monitor: 'acc', minDelta: 0.05, patience: 2 }
        const whole = await epochsWith(accuracies(...values), options)
        class Reload extends Hook {
          override readonly priority = 'VERY_LOW'
          override beforeTrainEpoch(runner: Runner) {
            if (runner.epoch !== where % values.length) return
            const [entry] = runner.hooks.entries.filter(({ name }) => name === 'EarlyStoppingHook')
            const state = JSON.parse(JSON.stringify(entry?.hook.stateDict?.()))
            if (state.bestScore !== null) entry?.hook.loadStateDict?.(state)
          }
        }
        const again = new EarlyStoppingHook(options)
        const { epochs } = await epochsWith(accuracies(...values), options, {
          customHooks: [again, new Reload()],
        })
        expect(epochs).toBe(whole.epochs)
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['patience', accuracies(0.5, 0.5, 0.5, 0.9), { patience: 2 }, 3],
    ['a threshold', accuracies(0.5, 0.99, 0.5, 0.9), { stoppingThreshold: 0.95 }, 2],
    ['a value that is no number', accuracies(0.5, Number.NaN, 0.5, 0.9), {}, 2],
  ])('does not train on where %s had stopped training', async (_what, script, options, stop) => {
    const setting = { monitor: 'acc', minDelta: 0.01, ...options }
    const first = await epochsWith(script, setting)
    expect(first.epochs).toBe(stop)
    const again = new EarlyStoppingHook(setting)
    again.loadStateDict(first.hook.stateDict())
    let isStopped = false
    const lines: string[] = []
    const runner = {
      isResumed: true,
      stopTraining: () => {
        isStopped = true
      },
      logger: { info: (line: string) => void lines.push(line) },
    }
    Reflect.apply(again.beforeTrain, again, [runner])
    expect(isStopped).toBe(true)
    expect(lines).toEqual([
      expect.stringMatching(/training had stopped already, because of acc: .*to train on/),
    ])
    const relaxed = new EarlyStoppingHook({ monitor: 'acc', minDelta: 0.01, patience: 9, checkFinite: false })
    relaxed.loadStateDict(first.hook.stateDict())
    isStopped = false
    Reflect.apply(relaxed.beforeTrain, relaxed, [runner])
    expect(isStopped).toBe(false)
  })

  it.each<[EarlyStoppingHookOptions['patience'], number]>([
    ['2ep', 4],
    ['3it', 5],
    ['40%', 4],
    ['25s', 5],
  ])(
    'with a patience of %j waits for so much training since the best, over a resume too',
    async (patience, stop) => {
      const script = accuracies(0.5, 0.6, 0.6, 0.6, 0.6)
      const options = { monitor: 'acc', minDelta: 0.01, patience: patience ?? 5 }
      let seconds = 0
      class Clock extends Hook {
        // An epoch is one iteration; ten seconds each.
        override beforeTrainIter(): void {
          seconds += 10
        }
      }
      const storage = new MemoryStorage()
      const extra = (...hooks: Hook[]) => ({
        ...{ workDir: '/run', storage, now: () => seconds },
        trainDataloader: { dataset, batchSize: 1 },
        customHooks: [new EarlyStoppingHook(options), new Clock(), ...hooks],
      })
      const lines: string[] = []
      const train = (more: Partial<RunnerOptions>, results = script) =>
        withRunner(
          {
            trainCfg: { maxEpochs: 5 },
            valDataloader: { dataset, batchSize: 1 },
            valEvaluator: new Scripted(results),
            ...more,
          },
          async (runner) => {
            runner.logger.addSink({ write: (message) => void lines.push(message) })
            await runner.train()
            return runner.epoch
          },
        )
      expect(await train(extra())).toBe(stop)
      expect(lines.join('\n')).toContain(`acc did not improve for ${patience}; its best value is 0.6`)
      class Save extends Hook {
        override readonly priority = 'LOWEST'
        override async afterVal(runner: Runner) {
          if (runner.epoch === 3) await runner.saveCheckpoint('/run/third.safetensors')
        }
      }
      seconds = 0
      await train(extra(new Save()))
      seconds = 5000
      const resumed = { ...extra(), loadFrom: '/run/third.safetensors', resume: true }
      expect(await train(resumed, script.slice(3))).toBe(stop)
    },
  )

  it.each([
    [{}, /EarlyStoppingHook\.monitor/],
    [{ monitor: 'foo' }, /EarlyStoppingHook\.monitor: is 'foo': does not tell .*; add rule/],
    [{ monitor: 'acc', rule: 'max' }, /EarlyStoppingHook\.rule: is 'max', but must be 'greater' or 'less'/],
    [{ monitor: 'acc', patience: -1 }, /EarlyStoppingHook\.patience: is -1/],
    [{ monitor: 'acc', minDelta: -1 }, /EarlyStoppingHook\.minDelta: is -1/],
    [{ monitor: 'acc', patiance: 3 }, /Did you mean 'patience'/],
  ])('refuses %j', (options, message) => {
    expect(() => new EarlyStoppingHook(JSON.parse(JSON.stringify(options)))).toThrow(message)
  })
})
