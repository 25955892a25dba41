import type { DataBatch, MaybePromise } from '../data/dataset.js'
import { Random } from '../data/random.js'
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

  get model(): Model {
    return this.runner.model
  }

  /**
   * Runs it operation by operation, in its scope and with its random numbers.
   * @param optimWrapper in the place of the run's own
   * @param draw other numbers than 0 give other random numbers, for a rehearsal
   * @param batch in the place of the step's own
   */
  run(optimWrapper = this.optimWrapper, draw = 0, batch = this.batch): MaybePromise<StepOutputs> {
    const step = (model: Model) => model.trainStep(batch, optimWrapper)
    return runStep(this.runner, 'trainStep', this.batchIdx, batch, step, draw)
  }

  /** Gives the numbers that `Math.random` gives while the step runs, one after the other. */
  random(draw = 0): () => number {
    const stream = new Random(...stepSeeds(this.runner, 'trainStep', this.batchIdx, draw))
    return () => stream.uniform()
  }

  /** For who makes the step in another way. @throws a {@link StepError}, as {@link run} does */
  fail(cause: unknown): never {
    return failStep(this.runner, 'trainStep', this.batch, cause)
  }
}
