import { EndlessBatches } from '../data/endless-batches.js'
import { inIters } from '../duration/interval.js'
import type { IterTrainCfg } from '../runner/options.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { ValidationSchedule } from './intervals.js'
import { IteratingLoop } from './iterating-loop.js'
import type { TrainLoopContext } from './loop.js'

/** Trains by iterations and validates between them. Registered as `IterBasedTrainLoop`. */
export class IterBasedTrainLoop extends IteratingLoop {
  readonly maxIters: number
  /** As in MMEngine: the whole run is one epoch. */
  readonly maxEpochs = 1
  readonly epoch = 0
  readonly hasEpochs = false
  protected readonly schedule: ValidationSchedule
  /** A file that is saved at the end of the one epoch tells of it. */
  #finishedEpochs = 0

  constructor({ runner, dataLoader }: TrainLoopContext, options: IterTrainCfg) {
    super(runner, dataLoader, options.maxTime)
    const epochLength = dataLoader.length
    const maxIters = inIters(options.maxIters, 'it', { epochLength, maxIters: 0 })
    this.maxIters = maxIters
    this.schedule = new ValidationSchedule(
      options,
      'it',
      { epochLength, maxIters, hasEpochs: false },
      runner.clock,
    )
  }

  protected get lastIter(): number {
    return this.maxIters
  }

  protected get batchIdx(): number {
    return this.finishedIters
  }

  protected get hasNextBatch(): boolean {
    return !this.stopTraining && !this.isOver
  }

  protected countIteration(): void {
    this.finishedIters += 1
    this.isValidationDue = this.isDueAfterIter(this.finishedIters)
  }

  protected uncountIterations(count: number): void {
    this.finishedIters -= count
    this.isValidationDue = false
  }

  protected iterationsToPause(most: number): number {
    return this.iterationsToValidation(most)
  }

  position(): LoopPosition {
    const iter = this.isStepDone ? this.finishedIters + 1 : this.finishedIters
    // As in EpochBasedTrainLoop: a file saved before a validation says so.
    return {
      epoch: this.#finishedEpochs,
      iter,
      batchInEpoch: iter,
      validationDue: this.isValidationDueNow,
    }
  }

  restore(position: LoopPosition): void {
    this.finishedIters = position.iter
    this.isValidationDue = position.validationDue
  }

  async run(): Promise<void> {
    const { runner, dataLoader } = this
    await runner.hooks.fire.beforeTrain(runner)
    await runner.hooks.fire.beforeTrainEpoch(runner)
    await this.validateIfDue()
    await this.trainOn(new EndlessBatches(dataLoader, this.finishedIters))
    await runner.messageHub.settle()
    // What goes on in a resumed run is not over.
    if (this.stopTraining || this.finishedIters >= this.maxIters || this.isCut) {
      this.#finishedEpochs = 1
      await runner.hooks.fire.afterTrainEpoch(runner)
    }
    this.sayWhetherTimeIsUp()
    await runner.hooks.fire.afterTrain(runner)
  }
}
