import type { DataBatch, MaybePromise } from '../data/dataset.js'
import { Random } from '../data/random.js'
import type { Model, Predictions } from '../model/model.js'
import type { Runner } from '../runner/runner.js'
import { failStep, runStep, stepSeeds } from './step.js'

/** A step of a validation or a test that is about to be made. */
export class EvalStep {
  constructor(
    private readonly runner: Runner,
    readonly name: 'valStep' | 'testStep',
    private readonly batchIdx: number,
    readonly batch: DataBatch,
  ) {}

  get model(): Model {
    return this.runner.model
  }

  /**
   * Runs it operation by operation.
   * @param draw other numbers than 0 give other random numbers, for a rehearsal
   * @param batch in the place of the step's own
   */
  run(draw = 0, batch = this.batch): MaybePromise<Predictions> {
    const step = (model: Model) => model[this.name]?.(batch)
    return runStep(this.runner, this.name, this.batchIdx, batch, step, draw)
  }

  /** Gives the numbers that `Math.random` gives while the step runs, one after the other. */
  random(draw = 0): () => number {
    const stream = new Random(...stepSeeds(this.runner, this.name, this.batchIdx, draw))
    return () => stream.uniform()
  }

  /** For who makes the step in another way. @throws a {@link StepError}, as {@link run} does */
  fail(cause: unknown): never {
    return failStep(this.runner, this.name, this.batch, cause)
  }
}
