import type { DataBatch, MaybePromise } from '../data/dataset.js'
import { randomNumbers } from '../data/random.js'
import type { Model, StepOutputs } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { Runner } from '../runner/runner.js'
import { failStep, runStep, stepSeeds } from './step.js'

/** A training step that is about to be made. */
export class TrainStep {
  readonly name = 'trainStep'

  constructor(
    private readonly runner: Runner,
    private readonly batchIdx: number,
    readonly batch: DataBatch,
    readonly optimWrapper: OptimWrapper,
  ) {}

  /** Iterations of the run that are not finished. */
  get itersLeft(): number {
    return this.runner.maxIters - this.runner.iter
  }

  get epoch(): number {
    return this.runner.epoch
  }

  get model(): Model {
    return this.runner.model
  }

  /**
   * Runs it operation by operation, in its scope and with its random numbers.
   * @param optimWrapper in the place of the run's own
   * @param random gives the numbers of `Math.random` in the place of the step's own
   * @param batch in the place of the step's own
   */
  run(
    optimWrapper = this.optimWrapper,
    random = this.random(),
    batch = this.batch,
  ): MaybePromise<StepOutputs> {
    const step = (model: Model) => model.trainStep(batch, optimWrapper)
    return runStep(this.runner, 'trainStep', batch, random, step)
  }

  /**
   * Gives the numbers that `Math.random` gives while the step runs, one after the other.
   * @param draw other numbers than 0 give other ones, for a rehearsal
   */
  random(draw = 0): () => number {
    return randomNumbers(stepSeeds(this.runner, 'trainStep', this.batchIdx, draw))
  }

  /** For who makes the step in another way. @throws a {@link StepError}, as {@link run} does */
  fail(cause: unknown): never {
    return failStep(this.runner, 'trainStep', this.batch, cause)
  }
}
