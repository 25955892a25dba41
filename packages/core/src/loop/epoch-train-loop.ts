import type { DataLoader } from '../data/data-loader.js'
import type { EpochTrainCfg } from '../runner/options.js'
import type { Runner } from '../runner/runner.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { Breather } from './breather.js'
import { ValidationSchedule } from './intervals.js'
import type { TrainLoop, TrainLoopContext } from './loop.js'
import { type IterationCounter, runTrainIteration } from './train-iteration.js'

/** Trains by epochs and validates between them. Registered as `EpochBasedTrainLoop`. */
export class EpochBasedTrainLoop implements TrainLoop, IterationCounter {
  readonly dataLoader: DataLoader
  readonly maxEpochs: number
  stopTraining = false
  readonly #runner: Runner
  readonly #schedule: ValidationSchedule
  readonly #breather = new Breather()
  #epoch = 0
  #iter = 0
  #batchInEpoch = 0
  #isStepDone = false
  #isEpochDone = false
  #isValidationDue = false

  constructor({ runner, dataLoader }: TrainLoopContext, options: EpochTrainCfg) {
    this.#runner = runner
    this.dataLoader = dataLoader
    this.maxEpochs = options.maxEpochs
    this.#schedule = new ValidationSchedule(options, 1, options.maxEpochs)
  }

  get epoch(): number {
    return this.#epoch
  }

  get iter(): number {
    return this.#iter
  }

  get maxIters(): number {
    return this.maxEpochs * this.dataLoader.length
  }

  get valInterval(): number {
    return this.#schedule.intervalAt(this.#epoch)
  }

  get valBegin(): number {
    return this.#schedule.begin
  }

  position(): LoopPosition {
    const done = this.#isStepDone ? 1 : 0
    return {
      epoch: this.#isEpochDone ? this.#epoch + 1 : this.#epoch,
      iter: this.#iter + done,
      batchInEpoch: this.#isEpochDone ? 0 : this.#batchInEpoch + done,
      // As in MMEngine a file saved at the end of an epoch is resumed with the next one, not with a validation.
      validationDue: !this.#isEpochDone && this.#isValidationDue,
    }
  }

  restore(position: LoopPosition): void {
    this.#epoch = position.epoch
    this.#iter = position.iter
    this.#batchInEpoch = position.batchInEpoch
    this.#isValidationDue = position.validationDue
  }

  markStepDone(): void {
    this.#isStepDone = true
  }

  async run(): Promise<void> {
    const { fire } = this.#runner.hooks
    await fire.beforeTrain(this.#runner)
    if (this.#isValidationDue) await this.#validate()
    while (this.#epoch < this.maxEpochs && !this.stopTraining) {
      await this.#runEpoch()
      if (this.#isValidationDue) await this.#validate()
    }
    await fire.afterTrain(this.#runner)
  }

  async #runEpoch(): Promise<void> {
    const { hooks, model, messageHub } = this.#runner
    await hooks.fire.beforeTrainEpoch(this.#runner)
    model.setTraining?.(true)
    await this.#runBatches()
    this.#isEpochDone = true
    try {
      await messageHub.settle()
      await hooks.fire.afterTrainEpoch(this.#runner)
    } finally {
      this.#epoch += 1
      this.#batchInEpoch = 0
      this.#isEpochDone = false
      this.#isValidationDue = this.#isDueAfter(this.#epoch)
    }
  }

  async #runBatches(): Promise<void> {
    const optimWrapper = this.#runner.requireOptimWrapper()
    const batches = this.dataLoader.iterate(this.#epoch, this.#batchInEpoch)
    try {
      while (this.#batchInEpoch < this.dataLoader.length) {
        const fetched = batches.next()
        const batch = fetched instanceof Promise ? await fetched : fetched
        if (batch === undefined) break
        await this.#runIteration(() =>
          runTrainIteration(this.#runner, optimWrapper, this, this.#batchInEpoch, batch),
        )
      }
    } finally {
      await batches.close()
    }
  }

  async #runIteration(iteration: () => Promise<void>): Promise<void> {
    try {
      await iteration()
    } finally {
      if (this.#isStepDone) {
        this.#iter += 1
        this.#batchInEpoch += 1
        this.#isStepDone = false
      }
    }
    const pause = this.#breather.pause()
    if (pause !== undefined) await pause
    this.#runner.throwIfInterrupted()
  }

  #isDueAfter(epoch: number): boolean {
    return this.#runner.valLoop !== undefined && this.#schedule.isDue(epoch)
  }

  async #validate(): Promise<void> {
    this.#runner.throwIfInterrupted()
    await this.#runner.valLoop?.run(() => {
      this.#isValidationDue = false
    })
    this.#isValidationDue = false
  }
}
