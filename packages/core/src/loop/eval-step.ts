import type { DataBatch, MaybePromise } from '../data/dataset.js'
import { randomNumbers } from '../data/random.js'
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

  /** It begins a validation or a test. */
  get isFirst(): boolean {
    return this.batchIdx === 0
  }

  get model(): Model {
    return this.runner.model
  }

  /**
   * Runs it operation by operation.
   * @param random gives the numbers of `Math.random` in the place of the step's own
   * @param batch in the place of the step's own
   */
  run(random = this.random(), batch = this.batch): MaybePromise<Predictions> {
    const step = (model: Model) => model[this.name]?.(batch)
    return runStep(this.runner, this.name, batch, random, step)
  }

  /**
   * Gives the numbers that `Math.random` gives while the step runs, one after the other.
   * @param draw other numbers than 0 give other ones, for a rehearsal
   */
  random(draw = 0): () => number {
    return randomNumbers(stepSeeds(this.runner, this.name, this.batchIdx, draw))
  }

  /** For who makes the step in another way. @throws a {@link StepError}, as {@link run} does */
  fail(cause: unknown): never {
    return failStep(this.runner, this.name, this.batch, cause)
  }
}
