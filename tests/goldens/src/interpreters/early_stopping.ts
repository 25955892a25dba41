import { rm } from 'node:fs/promises'
import { ConfigError, Hook, type Metrics, Runner } from '@hookloop/core'
import { EarlyStoppingHook } from '@hookloop/hook-early-stopping'
import '@hookloop/optim'
import '@tensorflow/tfjs'
import { expect } from 'vitest'
import { camelCaseKeys } from '../camel-case.js'
import { expectCloseTo } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { Interpreter } from '../interpreter.js'
import { withNonFinite } from '../non-finite.js'
import { ScriptedMetric, TinyModel, temporaryWorkDir, tinyLoader } from '../tiny-run.js'

export const interpret: Interpreter = async (golden) => {
  const make = (): EarlyStoppingHook =>
    Reflect.construct(EarlyStoppingHook, [camelCaseKeys(withNonFinite(golden.args))])
  const expected = fieldsOf(withNonFinite(golden.expected))
  if (expected.construct_error !== undefined) {
    expect(make).toThrow(ConfigError)
    return
  }
  const script = listOf(withNonFinite(golden.metrics)).map((entry): Metrics => ({ ...fieldsOf(entry) }))
  const { trace, error, stoppedAt, messages } = await train(make(), script)
  // A validation at which the hook fails may or may not have a row in the golden.
  const rows = error === undefined ? trace : trace.slice(0, listOf(expected.trace).length)
  expectCloseTo(rows, expected.trace, 1e-12, 'trace')
  expect(rows.length).toBe(listOf(expected.trace).length)
  if (error !== undefined) expect(trace.length - rows.length).toBeLessThanOrEqual(1)
  expect(stoppedAt).toBe(expected.stopped_at_validation)
  expect(messages.length, 'messages why training stops').toBe(expected.message === null ? 0 : 1)
  expect(error === undefined).toBe(expected.error === null)
}

/** Trains as long as the script and the hook say. */
async function train(hook: EarlyStoppingHook, script: readonly Metrics[]) {
  const workDir = await temporaryWorkDir()
  const watch = new Watch(hook)
  try {
    const runner = Runner.fromConfig({
      model: new TinyModel(),
      workDir,
      engine: 'cpu',
      console: false,
      trainCfg: { maxEpochs: script.length },
      trainDataloader: tinyLoader(undefined, [1, 1]),
      optimWrapper: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 0.001 } },
      valDataloader: tinyLoader(undefined, [1, 1]),
      valEvaluator: new ScriptedMetric(script),
      defaultHooks: { logger: null, timer: null, checkpoint: null, runtimeInfo: null },
      customHooks: [hook, watch],
    })
    const messages: string[] = []
    runner.logger.addSink({
      write: (message, level) => {
        if (message.startsWith('EarlyStoppingHook: training stops')) messages.push(message)
        if (level === 'WARNING') watch.hasWarned = true
      },
    })
    const error: unknown = await runner.train().catch((thrown: unknown) => thrown)
    return { trace: watch.trace, stoppedAt: watch.stoppedAt, error, messages }
  } finally {
    await rm(workDir, { recursive: true, force: true })
  }
}

/** Writes down the state of the hook after each validation. */
class Watch extends Hook {
  override readonly priority = 'LOWEST'
  readonly trace: unknown[] = []
  stoppedAt: number | null = null
  hasWarned = false

  constructor(private readonly watched: EarlyStoppingHook) {
    super()
  }

  override beforeVal(): void {
    this.hasWarned = false
  }

  override afterValEpoch(runner: Runner): void {
    const { bestScore, waitCount } = this.watched
    this.trace.push({ best_score: bestScore, wait_count: waitCount, warned: this.hasWarned })
    if (runner.trainLoop?.stopTraining === true) this.stoppedAt = this.trace.length
  }
}
