import { defaultHookSlots, MemoryStorage, Runner, type RunnerOptions } from '@hookloop/core'
import type { FakeClock } from './fake-clock.js'
import './plain-descent.js'
import { ScriptedMetric } from './scripted-metric.js'
import { tinyDataset } from './tiny-dataset.js'
import { TinyModel } from './tiny-model.js'

/** Options of a Runner, each of which wins over that of {@link tinyRunner}. */
export interface TinyRunnerOptions extends Partial<RunnerOptions> {
  /** Moved on by the steps of the tiny model: 1 s each in training, 0.5 s in validation and test. */
  readonly clock?: FakeClock
}

/**
 * A Runner that is ready for tests of hooks, and done in milliseconds: 4 epochs of 3 batches of {@link TinyModel} on the cpu
 * backend, a validation of 2 batches after each epoch, files in memory, nothing on the console, no default hooks.
 *
 * ```ts
 * const runner = tinyRunner({ customHooks: [new MyHook()] })
 * await runner.train()
 * ```
 *
 * The model is the test's: `runner.model.dispose?.()` after `runner.dispose()` frees all that was made.
 */
export function tinyRunner(options: TinyRunnerOptions = {}): Runner {
  return new Runner(tinyRunnerOptions(options))
}

/** The options that {@link tinyRunner} makes its Runner with. */
export function tinyRunnerOptions({ clock, ...given }: TinyRunnerOptions = {}): RunnerOptions {
  return {
    model: () => new TinyModel({ clock }),
    workDir: 'work_dirs/tiny',
    storage: new MemoryStorage(),
    engine: 'cpu',
    console: false,
    handleSignals: false,
    randomness: { seed: 1 },
    trainDataloader: { dataset: tinyDataset(), batchSize: 2 },
    trainCfg: { maxEpochs: 4 },
    optimWrapper: { type: 'PlainDescent' },
    valDataloader: { dataset: tinyDataset(4), batchSize: 2 },
    valEvaluator: new ScriptedMetric(tinyMetrics),
    testDataloader: { dataset: tinyDataset(4), batchSize: 2 },
    testEvaluator: new ScriptedMetric(tinyMetrics),
    ...given,
    defaultHooks: { ...noDefaultHooks, ...given.defaultHooks },
  }
}

/** The best values come in the middle, so that a hook which forgets them over a resume is found. */
const tinyMetrics = [
  { 'accuracy/top1': 0.5, loss: 0.6 },
  { 'accuracy/top1': 0.9, loss: 0.1 },
  { 'accuracy/top1': 0.7, loss: 0.4 },
  { 'accuracy/top1': 0.8, loss: 0.3 },
]

// What a test imports must not change what runs in another one.
const noDefaultHooks = Object.fromEntries(defaultHookSlots.map((slot) => [slot, null]))
