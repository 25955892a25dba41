import type { DataLoader } from '../data/data-loader.js'
import type { DataBatch, MaybePromise } from '../data/dataset.js'
import { disposeTensors } from '../engine/tensors.js'
import type { Evaluator } from '../evaluation/evaluator.js'
import type { MetricContext, Metrics } from '../evaluation/metric.js'
import type { Predictions } from '../model/model.js'
import { devBatches } from '../runner/fast-dev-run.js'
import type { Runner } from '../runner/runner.js'
import { MemoryStorage } from '../storage/memory-storage.js'
import { Breather } from './breather.js'
import { EvalStep } from './eval-step.js'
import type { EvalLoop } from './loop.js'
import { ValLosses } from './val-losses.js'

const points = {
  val: {
    before: 'beforeVal',
    beforeEpoch: 'beforeValEpoch',
    beforeIter: 'beforeValIter',
    step: 'valStep',
    afterIter: 'afterValIter',
    afterEpoch: 'afterValEpoch',
    after: 'afterVal',
  },
  test: {
    before: 'beforeTest',
    beforeEpoch: 'beforeTestEpoch',
    beforeIter: 'beforeTestIter',
    step: 'testStep',
    afterIter: 'afterTestIter',
    afterEpoch: 'afterTestEpoch',
    after: 'afterTest',
  },
} as const

/** Judges a model with the metrics of an evaluator: the validation loop and the test loop. */
export class JudgingLoop implements EvalLoop {
  readonly #breather = new Breather()
  readonly #points: (typeof points)['val' | 'test']

  constructor(
    private readonly mode: 'val' | 'test',
    private readonly runner: Runner,
    readonly dataLoader: DataLoader,
    private readonly evaluator: Evaluator,
  ) {
    this.#points = points[mode]
  }

  async run(onJudged?: () => void): Promise<Metrics> {
    const { runner } = this
    const { before, beforeEpoch, afterEpoch, after } = this.#points
    await runner.hooks.fire[before](runner)
    await runner.hooks.fire[beforeEpoch](runner)
    runner.model.setTraining?.(false)
    const most = Math.min(this.dataLoader.length, devBatches(runner.options) ?? Number.POSITIVE_INFINITY)
    const metrics = await this.#judge(most, runner, true)
    await runner.messageHub.settle()
    // What hooks do with the metrics is done once; a checkpoint that they save must not ask for it again.
    onJudged?.()
    await runner.hooks.fire[afterEpoch](runner, metrics)
    await runner.hooks.fire[after](runner)
    return metrics
  }

  async rehearse(batches: number): Promise<number> {
    const { runner, evaluator } = this
    const count = Math.min(batches, this.dataLoader.length)
    runner.model.setTraining?.(false)
    try {
      await this.#judge(
        count,
        { logger: runner.logger, dist: runner.dist, storage: new MemoryStorage() },
        false,
      )
    } finally {
      evaluator.reset()
    }
    return count
  }

  /** @param isHeard hooks hear of it, and steps are compiled where something does so */
  async #judge(most: number, context: MetricContext, isHeard: boolean): Promise<Metrics> {
    const { runner, dataLoader, evaluator } = this
    evaluator.reset()
    evaluator.datasetMeta = dataLoader.dataset.metainfo
    evaluator.context = context
    const losses = new ValLosses(this.mode)
    const batches = dataLoader.iterate(0)
    try {
      for (let batchIdx = 0; batchIdx < most; batchIdx++) {
        const batch = await runner.waitForBatch(batches, batches.next())
        if (batch === undefined) break
        await this.#judgeBatch(losses, batchIdx, batch, isHeard)
        runner.throwIfInterrupted()
      }
    } finally {
      await runner.closeBatches(batches)
    }
    const metrics = await evaluator.evaluate(dataLoader.dataset.length, runner.dist)
    return { ...metrics, ...(await losses.metrics(runner.dist)) }
  }

  #step(step: EvalStep, mayCompile: boolean): MaybePromise<Predictions> {
    const { stepCompiler } = this.runner
    return stepCompiler === undefined || !mayCompile ? step.run() : stepCompiler.evalStep(step)
  }

  async #judgeBatch(losses: ValLosses, batchIdx: number, batch: DataBatch, isHeard: boolean): Promise<void> {
    const { runner } = this
    const { step, beforeIter, afterIter } = this.#points
    let outputs: Predictions
    try {
      if (isHeard) await runner.hooks.fire[beforeIter](runner, batchIdx, batch)
      outputs = await this.#step(new EvalStep(runner, step, batchIdx, batch), isHeard)
      const predictions = await losses.take(outputs)
      await this.evaluator.process(batch, predictions)
      if (isHeard) await runner.hooks.fire[afterIter](runner, batchIdx, batch, predictions)
    } finally {
      disposeTensors(batch)
      disposeTensors(outputs)
    }
    await this.#breather.pause()
  }
}
