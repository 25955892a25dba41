import {
  type DataLoader,
  HookloopError,
  type LoopPosition,
  type Metrics,
  type StepOutputs,
  type TrainLoop,
  type TrainLoopContext,
} from '@hookloop/core'
import type { FitEvent } from './fit-event.js'
import type { Handover } from './handover.js'

/** What a {@link FitLoop} follows. */
export interface FitLoopOptions {
  readonly events: Handover<FitEvent>
  readonly maxEpochs: number
  /** Where the Runner has data and metrics for it: validates after so many epochs. */
  readonly valInterval: number
  /** Lets `model.fit` come to its end after the running epoch. */
  readonly stop: () => void
}

/** The training loop of a Runner whose steps are made by `model.fit`. Registered as `FitLoop`. */
export class FitLoop implements TrainLoop {
  readonly dataLoader: DataLoader
  readonly maxEpochs: number
  readonly valInterval: number
  readonly valBegin = 1
  stopTraining = false
  #epoch = 0
  #iter = 0
  #batchInEpoch = 0
  #isStepDone = false
  #isEpochDone = false
  #resumed: LoopPosition | undefined
  readonly #runner: TrainLoopContext['runner']
  readonly #options: FitLoopOptions

  constructor({ runner, dataLoader }: TrainLoopContext, options: FitLoopOptions) {
    this.dataLoader = dataLoader
    this.maxEpochs = options.maxEpochs
    this.valInterval = options.valInterval
    this.#runner = runner
    this.#options = options
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

  position(): LoopPosition {
    const done = this.#isStepDone ? 1 : 0
    return {
      epoch: this.#isEpochDone ? this.#epoch + 1 : this.#epoch,
      iter: this.#iter + done,
      batchInEpoch: this.#isEpochDone ? 0 : this.#batchInEpoch + done,
      validationDue: false,
    }
  }

  restore(position: LoopPosition): void {
    this.#resumed = position
    this.#epoch = position.epoch
    this.#iter = position.iter
  }

  async run(): Promise<void> {
    const { fire } = this.#runner.hooks
    await fire.beforeTrain(this.#runner)
    for (;;) {
      const event = await this.#options.events.next()
      if (event.at === 'trainEnd') break
      await this.#follow(event)
      this.#runner.throwIfInterrupted()
    }
    await fire.afterTrain(this.#runner)
  }

  async #follow(event: Exclude<FitEvent, { at: 'trainEnd' }>): Promise<void> {
    const { fire } = this.#runner.hooks
    switch (event.at) {
      case 'failure':
        throw event.error
      case 'epochBegin':
        this.#beginEpoch(event.epoch)
        return fire.beforeTrainEpoch(this.#runner)
      case 'batchBegin':
        return fire.beforeTrainIter(this.#runner, event.batchIdx, {})
      case 'batchEnd':
        return this.#endBatch(event.batchIdx, event.outputs)
      case 'epochEnd':
        return this.#endEpoch(event.valMetrics)
    }
  }

  #beginEpoch(epoch: number): void {
    const resumed = this.#resumed
    this.#resumed = undefined
    if (resumed !== undefined && epoch !== resumed.epoch) throw otherEpoch(epoch, resumed.epoch)
    if (resumed !== undefined && resumed.batchInEpoch > 0)
      this.#runner.logger.warn(
        `the checkpoint was saved after batch ${resumed.batchInEpoch} of epoch ${resumed.epoch}; model.fit begins that epoch anew`,
      )
    this.#epoch = epoch
    this.#iter = epoch * this.dataLoader.length
    this.#batchInEpoch = 0
  }

  async #endBatch(batchIdx: number, outputs: StepOutputs): Promise<void> {
    this.#isStepDone = true
    this.#runner.clock.tick(true)
    try {
      await this.#runner.hooks.fire.afterTrainIter(this.#runner, batchIdx, {}, outputs)
      this.#runner.throwStepFailure()
    } finally {
      this.#isStepDone = false
      this.#iter += 1
      this.#batchInEpoch += 1
    }
  }

  async #endEpoch(valMetrics: Metrics): Promise<void> {
    const runner = this.#runner
    this.#isEpochDone = true
    try {
      await runner.messageHub.settle()
      await runner.hooks.fire.afterTrainEpoch(runner)
    } finally {
      this.#epoch += 1
      this.#batchInEpoch = 0
      this.#isEpochDone = false
    }
    await this.#validate(valMetrics)
    if (this.stopTraining) this.#options.stop()
  }

  /** The Runner's own validation where it has one, otherwise what `model.fit` has found. */
  async #validate(valMetrics: Metrics): Promise<void> {
    const runner = this.#runner
    if (runner.valLoop !== undefined) {
      if (this.#epoch % this.valInterval === 0 || this.#epoch === this.maxEpochs) await runner.valLoop.run()
      return
    }
    if (Object.keys(valMetrics).length === 0) return
    const { fire } = runner.hooks
    await fire.beforeVal(runner)
    await fire.beforeValEpoch(runner)
    await fire.afterValEpoch(runner, valMetrics)
    await fire.afterVal(runner)
  }
}

function otherEpoch(epoch: number, wanted: number): HookloopError {
  return new HookloopError(
    'HL_FIT_EPOCH',
    `the checkpoint to go on from has finished ${wanted} epochs, but model.fit begins with epoch ${epoch}; give it ` +
      '`initialEpoch: await callback.initialEpoch()`, or leave out resume',
  )
}
