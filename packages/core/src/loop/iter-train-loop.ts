import { EndlessBatches } from '../data/endless-batches.js'
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
  /** A file that is saved at the end of the one epoch tells of it. */
  #finishedEpochs = 0

  constructor({ runner, dataLoader }: TrainLoopContext, options: IterTrainCfg) {
    super(runner, dataLoader, new ValidationSchedule(options, 1000, options.maxIters))
    this.maxIters = options.maxIters
  }

  protected get finished(): number {
    return this.finishedIters
  }

  protected get batchIdx(): number {
    return this.finishedIters
  }

  protected get hasNextBatch(): boolean {
    return this.finishedIters < this.maxIters && !this.stopTraining
  }

  protected countIteration(): void {
    this.finishedIters += 1
    this.isValidationDue = this.isValidationDueAfter(this.finishedIters)
  }

  protected uncountIterations(count: number): void {
    this.finishedIters -= count
    this.isValidationDue = false
  }

  protected iterationsToPause(most: number): number {
    for (let count = 1; count < most; count++) {
      const finished = this.finishedIters + count
      if (finished === this.maxIters || this.isValidationDueAfter(finished)) return count
    }
    return most
  }

  position(): LoopPosition {
    const iter = this.isStepDone ? this.finishedIters + 1 : this.finishedIters
    // As in EpochBasedTrainLoop: a file saved before a validation says so.
    const validationDue = this.isStepDone ? this.isValidationDueAfter(iter) : this.isValidationDue
    return { epoch: this.#finishedEpochs, iter, batchInEpoch: iter, validationDue }
  }

  restore(position: LoopPosition): void {
    this.finishedIters = position.iter
    this.isValidationDue = position.validationDue
  }

  async run(): Promise<void> {
    const { runner, dataLoader } = this
    await runner.hooks.fire.beforeTrain(runner)
    await runner.hooks.fire.beforeTrainEpoch(runner)
    if (this.isValidationDue) await this.validate()
    await this.trainOn(new EndlessBatches(dataLoader, this.finishedIters))
    await runner.messageHub.settle()
    this.#finishedEpochs = 1
    await runner.hooks.fire.afterTrainEpoch(runner)
    await runner.hooks.fire.afterTrain(runner)
  }
}
