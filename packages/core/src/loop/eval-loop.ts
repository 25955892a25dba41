import type { DataLoader } from '../data/data-loader.js'
import type { DataBatch } from '../data/dataset.js'
import { disposeTensors } from '../engine/tensors.js'
import type { Evaluator } from '../evaluation/evaluator.js'
import type { Metrics } from '../evaluation/metric.js'
import type { FirePoint } from '../hook/dispatcher.js'
import type { Predictions } from '../model/model.js'
import type { Runner } from '../runner/runner.js'
import { Breather } from './breather.js'
import type { EvalLoop } from './loop.js'
import { runStep } from './step.js'
import { ValLosses } from './val-losses.js'

/** The hook points of a validation or a test. */
interface EvalPoints {
  readonly before: FirePoint<[Runner]>
  readonly beforeEpoch: FirePoint<[Runner]>
  readonly beforeIter: FirePoint<[Runner, number, DataBatch]>
  readonly afterIter: FirePoint<[Runner, number, DataBatch, Predictions]>
  readonly afterEpoch: FirePoint<[Runner, Metrics]>
  readonly after: FirePoint<[Runner]>
}

/** Judges a model with the metrics of an evaluator: the validation loop and the test loop. */
export class JudgingLoop implements EvalLoop {
  readonly #breather = new Breather()

  constructor(
    private readonly mode: 'val' | 'test',
    private readonly runner: Runner,
    readonly dataLoader: DataLoader,
    private readonly evaluator: Evaluator,
  ) {}

  async run(onJudged?: () => void): Promise<Metrics> {
    const { runner } = this
    const points = this.#points()
    await points.before(runner)
    await points.beforeEpoch(runner)
    runner.model.setTraining?.(false)
    const metrics = await this.#judge(points)
    await runner.messageHub.settle()
    // What hooks do with the metrics is done once; a checkpoint that they save must not ask for it again.
    onJudged?.()
    await points.afterEpoch(runner, metrics)
    await points.after(runner)
    return metrics
  }

  async #judge(points: EvalPoints): Promise<Metrics> {
    const { runner, dataLoader, evaluator } = this
    evaluator.reset()
    evaluator.datasetMeta = dataLoader.dataset.metainfo
    const losses = new ValLosses(this.mode)
    const batches = dataLoader.iterate(0)
    try {
      for (let batchIdx = 0; batchIdx < dataLoader.length; batchIdx++) {
        const batch = await batches.next()
        if (batch === undefined) break
        await this.#judgeBatch(points, losses, batchIdx, batch)
        runner.throwIfInterrupted()
      }
    } finally {
      await batches.close()
    }
    return { ...(await evaluator.evaluate(dataLoader.dataset.length, runner.dist)), ...losses.metrics() }
  }

  async #judgeBatch(
    points: EvalPoints,
    losses: ValLosses,
    batchIdx: number,
    batch: DataBatch,
  ): Promise<void> {
    let outputs: Predictions
    try {
      await points.beforeIter(this.runner, batchIdx, batch)
      outputs = await losses.take(await this.#predict(batchIdx, batch))
      await this.evaluator.process(batch, outputs)
      await points.afterIter(this.runner, batchIdx, batch, outputs)
    } finally {
      disposeTensors(batch)
      disposeTensors(outputs)
    }
    await this.#breather.pause()
  }

  #predict(batchIdx: number, batch: DataBatch): Predictions | Promise<Predictions> {
    const name = this.mode === 'val' ? 'valStep' : 'testStep'
    return runStep(this.runner, name, batchIdx, batch, (model) => model[name]?.(batch))
  }

  #points(): EvalPoints {
    const { fire } = this.runner.hooks
    if (this.mode === 'val') {
      return {
        before: fire.beforeVal,
        beforeEpoch: fire.beforeValEpoch,
        beforeIter: fire.beforeValIter,
        afterIter: fire.afterValIter,
        afterEpoch: fire.afterValEpoch,
        after: fire.afterVal,
      }
    }
    return {
      before: fire.beforeTest,
      beforeEpoch: fire.beforeTestEpoch,
      beforeIter: fire.beforeTestIter,
      afterIter: fire.afterTestIter,
      afterEpoch: fire.afterTestEpoch,
      after: fire.afterTest,
    }
  }
}
