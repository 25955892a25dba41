import { HookloopError } from '../errors/hookloop-error.js'
import type { EpochTrainCfg } from '../runner/options.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { ValidationSchedule } from './intervals.js'
import { IteratingLoop } from './iterating-loop.js'
import type { TrainLoopContext } from './loop.js'

/** Trains by epochs and validates between them. Registered as `EpochBasedTrainLoop`. */
export class EpochBasedTrainLoop extends IteratingLoop {
  readonly maxEpochs: number
  #epoch = 0
  #batchInEpoch = 0
  #isEpochDone = false

  constructor({ runner, dataLoader }: TrainLoopContext, options: EpochTrainCfg) {
    super(runner, dataLoader, new ValidationSchedule(options, 1, options.maxEpochs))
    this.maxEpochs = options.maxEpochs
  }

  get epoch(): number {
    return this.#epoch
  }

  get maxIters(): number {
    return this.maxEpochs * this.dataLoader.length
  }

  protected get finished(): number {
    return this.#epoch
  }

  protected get batchIdx(): number {
    return this.#batchInEpoch
  }

  protected get hasNextBatch(): boolean {
    return this.#batchInEpoch < this.dataLoader.length
  }

  protected countIteration(): void {
    this.finishedIters += 1
    this.#batchInEpoch += 1
  }

  protected uncountIterations(count: number): void {
    this.finishedIters -= count
    this.#batchInEpoch -= count
  }

  protected iterationsToPause(most: number): number {
    return Math.min(most, this.dataLoader.length - this.#batchInEpoch)
  }

  position(): LoopPosition {
    const done = this.isStepDone ? 1 : 0
    return {
      epoch: this.#isEpochDone ? this.#epoch + 1 : this.#epoch,
      iter: this.finishedIters + done,
      batchInEpoch: this.#isEpochDone ? 0 : this.#batchInEpoch + done,
      // A file saved before a validation says so, or a crash in the validation would lose its results.
      // Once it is over, CheckpointHook completes the file, so that the validation is not repeated.
      validationDue: this.#isEpochDone ? this.isValidationDueAfter(this.#epoch + 1) : this.isValidationDue,
    }
  }

  restore({ epoch, iter, batchInEpoch, validationDue }: LoopPosition): void {
    if (epoch >= this.maxEpochs) this.#refuseOrWarn(epoch, batchInEpoch)
    this.#epoch = epoch
    this.finishedIters = iter
    this.#batchInEpoch = batchInEpoch
    this.isValidationDue = validationDue
    if (batchInEpoch === 0 || iter === epoch * this.dataLoader.length + batchInEpoch) return
    this.#batchInEpoch = 0
    this.runner.logger.warn(
      `the checkpoint was saved after batch ${batchInEpoch} of epoch ${epoch}, at iteration ${iter}, but an epoch now has ` +
        `${this.dataLoader.length} batches: that epoch starts again with its first batch`,
    )
  }

  // Going on would save the middle of a later epoch as the end of an earlier one.
  #refuseOrWarn(epoch: number, batchInEpoch: number): void {
    const where = `the checkpoint was saved after ${epoch} epochs${batchInEpoch === 0 ? '' : ` and ${batchInEpoch} batches`}`
    const remedy = `trainCfg.maxEpochs is ${this.maxEpochs}; raise it to train on`
    if (batchInEpoch > 0) throw new HookloopError('HL_RESUME_BEYOND_END', `${where}, but ${remedy}`)
    this.runner.logger.warn(`nothing is left to train: ${where}, and ${remedy}`)
  }

  async run(): Promise<void> {
    const { runner } = this
    await runner.hooks.fire.beforeTrain(runner)
    if (this.isValidationDue) await this.validate()
    while (this.#epoch < this.maxEpochs && !this.stopTraining) {
      await this.#runEpoch()
      if (this.isValidationDue) await this.validate()
    }
    await runner.hooks.fire.afterTrain(runner)
  }

  async #runEpoch(): Promise<void> {
    const { runner, dataLoader } = this
    await runner.hooks.fire.beforeTrainEpoch(runner)
    // A stream without end goes on where the last epoch left it; other samplers begin anew.
    const skip = dataLoader.sampler.isEndless === true ? this.finishedIters : this.#batchInEpoch
    await this.trainOn(dataLoader.iterate(this.#epoch, skip))
    this.#isEpochDone = true
    try {
      await runner.messageHub.settle()
      await runner.hooks.fire.afterTrainEpoch(runner)
    } finally {
      this.#epoch += 1
      this.#batchInEpoch = 0
      this.#isEpochDone = false
      this.isValidationDue = this.isValidationDueAfter(this.#epoch)
    }
  }
}
