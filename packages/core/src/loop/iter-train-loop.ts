import type { BatchIterator, DataLoader } from '../data/data-loader.js'
import type { DataBatch } from '../data/dataset.js'
import type { IterTrainCfg } from '../runner/options.js'
import type { Runner } from '../runner/runner.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { Breather } from './breather.js'
import { ValidationSchedule } from './intervals.js'
import type { TrainLoop, TrainLoopContext } from './loop.js'
import { type IterationCounter, runTrainIteration } from './train-iteration.js'

/** Trains by iterations and validates between them. Registered as `IterBasedTrainLoop`. */
export class IterBasedTrainLoop implements TrainLoop, IterationCounter {
  readonly dataLoader: DataLoader
  readonly maxIters: number
  /** As in MMEngine: the whole run is one epoch. */
  readonly maxEpochs = 1
  readonly epoch = 0
  stopTraining = false
  readonly #runner: Runner
  readonly #schedule: ValidationSchedule
  readonly #breather = new Breather()
  #iter = 0
  #isStepDone = false
  #isValidationDue = false

  constructor({ runner, dataLoader }: TrainLoopContext, options: IterTrainCfg) {
    this.#runner = runner
    this.dataLoader = dataLoader
    this.maxIters = options.maxIters
    this.#schedule = new ValidationSchedule(options, 1000, options.maxIters)
  }

  get iter(): number {
    return this.#iter
  }

  get valInterval(): number {
    return this.#schedule.intervalAt(this.#iter)
  }

  get valBegin(): number {
    return this.#schedule.begin
  }

  position(): LoopPosition {
    const iter = this.#isStepDone ? this.#iter + 1 : this.#iter
    // As in MMEngine a file saved after an iteration is resumed with the next one, not with a validation.
    return { epoch: 0, iter, batchInEpoch: iter, validationDue: !this.#isStepDone && this.#isValidationDue }
  }

  restore(position: LoopPosition): void {
    this.#iter = position.iter
    this.#isValidationDue = position.validationDue
  }

  markStepDone(): void {
    this.#isStepDone = true
  }

  async run(): Promise<void> {
    const runner = this.#runner
    await runner.hooks.fire.beforeTrain(runner)
    await runner.hooks.fire.beforeTrainEpoch(runner)
    if (this.#isValidationDue) await this.#validate()
    await this.#runIterations()
    await runner.messageHub.settle()
    await runner.hooks.fire.afterTrainEpoch(runner)
    await runner.hooks.fire.afterTrain(runner)
  }

  async #runIterations(): Promise<void> {
    const optimWrapper = this.#runner.requireOptimWrapper()
    const batches = new EndlessBatches(this.dataLoader, this.#iter)
    try {
      while (this.#iter < this.maxIters && !this.stopTraining) {
        this.#runner.model.setTraining?.(true)
        const fetched = batches.next()
        const batch = fetched instanceof Promise ? await fetched : fetched
        await this.#runIteration(() => runTrainIteration(this.#runner, optimWrapper, this, this.#iter, batch))
        if (this.#isValidationDue) await this.#validate()
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
        this.#isValidationDue = this.#isDueAfter(this.#iter)
        this.#isStepDone = false
      }
    }
    const pause = this.#breather.pause()
    if (pause !== undefined) await pause
    this.#runner.throwIfInterrupted()
  }

  #isDueAfter(iter: number): boolean {
    return this.#runner.valLoop !== undefined && this.#schedule.isDue(iter)
  }

  async #validate(): Promise<void> {
    await this.#runner.messageHub.settle()
    await this.#runner.valLoop?.run(() => {
      this.#isValidationDue = false
    })
    this.#isValidationDue = false
  }
}

/** Goes through a loader again and again, starting after `skip` batches without loading those. */
class EndlessBatches {
  #pass: number
  #batches: BatchIterator

  constructor(
    private readonly loader: DataLoader,
    skip: number,
  ) {
    const isEndless = loader.sampler.isEndless === true
    this.#pass = isEndless ? 0 : Math.floor(skip / loader.length)
    this.#batches = this.#startPass(isEndless ? skip : skip % loader.length)
  }

  next(): DataBatch | Promise<DataBatch> {
    const batch = this.#batches.next()
    if (batch instanceof Promise) return batch.then((next) => next ?? this.#nextOfNewPass())
    return batch ?? this.#nextOfNewPass()
  }

  close(): Promise<void> {
    return this.#batches.close()
  }

  async #nextOfNewPass(): Promise<DataBatch> {
    this.#pass += 1
    this.#batches = this.#startPass(0)
    const batch = await this.#batches.next()
    return batch ?? {}
  }

  #startPass(skip: number): BatchIterator {
    this.loader.sampler.setEpoch?.(this.#pass)
    return this.loader.iterate(this.#pass, skip)
  }
}
