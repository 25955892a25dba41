import { inIters } from '../duration/interval.js'
import { HookloopError } from '../errors/hookloop-error.js'
import type { EpochTrainCfg } from '../runner/options.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { ValidationSchedule } from './intervals.js'
import { IteratingLoop } from './iterating-loop.js'
import type { TrainLoopContext } from './loop.js'

/** Trains by epochs and validates between them. Registered as `EpochBasedTrainLoop`. */
export class EpochBasedTrainLoop extends IteratingLoop {
  readonly maxEpochs: number
  readonly hasEpochs = true
  protected readonly schedule: ValidationSchedule
  protected readonly lastIter: number
  readonly #maximum: EpochTrainCfg['maxEpochs']
  #epoch = 0
  #batchInEpoch = 0
  #isEpochDone = false

  constructor({ runner, dataLoader }: TrainLoopContext, options: EpochTrainCfg) {
    super(runner, dataLoader, options.maxTime)
    const epochLength = dataLoader.length
    this.#maximum = options.maxEpochs
    const maxIters = inIters(this.#maximum, 'ep', { epochLength, maxIters: 0 })
    this.maxEpochs = Math.ceil(maxIters / epochLength)
    this.lastIter = maxIters % epochLength === 0 ? Number.POSITIVE_INFINITY : maxIters
    const length = { epochLength, maxIters, hasEpochs: true }
    this.schedule = new ValidationSchedule(options, 'ep', length, runner.clock)
  }

  get epoch(): number {
    return this.#epoch
  }

  get maxIters(): number {
    return Math.min(this.lastIter, this.maxEpochs * this.dataLoader.length)
  }

  protected get batchIdx(): number {
    return this.#batchInEpoch
  }

  protected get hasNextBatch(): boolean {
    return this.#isInEpoch && !this.isOver
  }

  get #isInEpoch(): boolean {
    return this.#batchInEpoch < this.dataLoader.length
  }

  protected countIteration(): void {
    this.finishedIters += 1
    this.#batchInEpoch += 1
    this.isValidationDue = this.isDueAfterIter(this.finishedIters)
  }

  protected uncountIterations(count: number): void {
    this.finishedIters -= count
    this.#batchInEpoch -= count
    this.isValidationDue = false
  }

  protected iterationsToPause(most: number): number {
    return this.iterationsToValidation(Math.min(most, this.dataLoader.length - this.#batchInEpoch))
  }

  position(): LoopPosition {
    const done = this.isStepDone ? 1 : 0
    return {
      epoch: this.#isEpochDone ? this.#epoch + 1 : this.#epoch,
      iter: this.finishedIters + done,
      batchInEpoch: this.#isEpochDone ? 0 : this.#batchInEpoch + done,
      // A file saved before a validation says so, or a crash in the validation would lose its results.
      // Once it is over, CheckpointHook completes the file, so that the validation is not repeated.
      validationDue: this.#isEpochDone ? this.#isDueAfterEpoch(this.#epoch + 1) : this.isValidationDueNow,
    }
  }

  restore({ epoch, iter, batchInEpoch, validationDue }: LoopPosition): void {
    if (epoch >= this.maxEpochs || iter >= this.lastIter) this.#refuseOrWarn(epoch, iter, batchInEpoch)
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
  #refuseOrWarn(epoch: number, iter: number, batchInEpoch: number): void {
    const where = `the checkpoint was saved after ${epoch} epochs${batchInEpoch === 0 ? '' : ` and ${batchInEpoch} batches`}`
    const remedy = `trainCfg.maxEpochs is ${this.#maximum}; raise it to train on`
    if (batchInEpoch > 0 && iter !== this.lastIter)
      throw new HookloopError('HL_RESUME_BEYOND_END', `${where}, but ${remedy}`)
    this.runner.logger.warn(`nothing is left to train: ${where}, and ${remedy}`)
  }

  async run(): Promise<void> {
    const { runner } = this
    await runner.hooks.fire.beforeTrain(runner)
    await this.validateIfDue()
    while (this.#epoch < this.maxEpochs && !this.stopTraining && !this.isOver) {
      await this.#runEpoch()
      await this.validateIfDue()
    }
    this.sayWhetherTimeIsUp()
    await runner.hooks.fire.afterTrain(runner)
  }

  async #runEpoch(): Promise<void> {
    const { runner, dataLoader } = this
    await runner.hooks.fire.beforeTrainEpoch(runner)
    // A stream without end goes on where the last epoch left it; other samplers begin anew.
    const skip = dataLoader.sampler.isEndless === true ? this.finishedIters : this.#batchInEpoch
    await this.trainOn(dataLoader.iterate(this.#epoch, skip))
    // An epoch that is not over goes on in a resumed run.
    if (this.isOver && this.#isInEpoch && !this.isCut) return runner.messageHub.settle()
    this.#isEpochDone = true
    try {
      await runner.messageHub.settle()
      await runner.hooks.fire.afterTrainEpoch(runner)
    } finally {
      this.#epoch += 1
      this.#batchInEpoch = 0
      this.#isEpochDone = false
      this.isValidationDue = this.#isDueAfterEpoch(this.#epoch)
    }
  }

  #isDueAfterEpoch(epochs: number): boolean {
    if (this.runner.valLoop === undefined) return false
    if (this.isCut) return true
    return this.schedule.isDueAfterEpoch({ epochs, iters: this.finishedIters }, epochs === this.maxEpochs)
  }
}
