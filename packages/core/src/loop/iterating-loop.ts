import type { DataLoader } from '../data/data-loader.js'
import type { DataBatch, MaybePromise } from '../data/dataset.js'
import type { BatchIterator } from '../data/prefetching-iterator.js'
import { disposeTensors } from '../engine/tensors.js'
import { modeKey } from '../logging/mode-key.js'
import type { StepOutputs } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { Runner } from '../runner/runner.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { Breather } from './breather.js'
import type { ValidationSchedule } from './intervals.js'
import type { TrainLoop } from './loop.js'
import { TrainStep } from './train-step.js'

/** What training by epochs and training by iterations have in common: iterations, and validations between them. */
export abstract class IteratingLoop implements TrainLoop {
  abstract readonly epoch: number
  abstract readonly maxEpochs: number
  abstract readonly maxIters: number
  stopTraining = false
  /** A validation is to be made before training goes on. */
  protected isValidationDue = false
  /** The parameters were updated: the iteration counts as done, though its hooks are still running. */
  protected isStepDone = false
  /** Finished iterations. */
  protected finishedIters = 0
  readonly #breather = new Breather()

  constructor(
    protected readonly runner: Runner,
    readonly dataLoader: DataLoader,
    protected readonly schedule: ValidationSchedule,
  ) {}

  get iter(): number {
    return this.finishedIters
  }

  get valInterval(): number {
    return this.schedule.intervalAt(this.finished)
  }

  get valBegin(): number {
    return this.schedule.begin
  }

  abstract run(): Promise<void>
  abstract position(): LoopPosition
  abstract restore(position: LoopPosition): void

  /** Finished epochs or iterations: what the schedule of validations counts. */
  protected abstract get finished(): number
  /** Index of the next batch, as hooks hear it. */
  protected abstract get batchIdx(): number
  /** True while there is another batch to train on. */
  protected abstract get hasNextBatch(): boolean
  /** Moves the counters on by one iteration. */
  protected abstract countIteration(): void

  protected isValidationDueAfter(finished: number): boolean {
    return this.runner.valLoop !== undefined && this.schedule.isDue(finished)
  }

  /**
   * Trains on batch after batch, with the validations that fall between them. Waits only for real promises: one
   * function for all iterations spares a promise for each.
   */
  protected async trainOn(batches: BatchIterator): Promise<void> {
    const { runner } = this
    const { messageHub } = runner
    const optimWrapper = runner.requireOptimWrapper()
    try {
      while (this.hasNextBatch) {
        runner.model.setTraining?.(true)
        const fetched = batches.next()
        const batch = fetched instanceof Promise ? await fetched : fetched
        if (batch === undefined) break
        const { batchIdx } = this
        let outputs: StepOutputs | undefined
        messageHub.beginIteration()
        try {
          const before = runner.hooks.fire.beforeTrainIter(runner, batchIdx, batch)
          if (before instanceof Promise) await before
          const step = this.#step(batchIdx, batch, optimWrapper)
          outputs = step instanceof Promise ? await step : step
          this.isStepDone = true
          messageHub.commitIteration()
          optimWrapper.endStep?.()
          recordLogValues(runner, optimWrapper)
          const after = runner.hooks.fire.afterTrainIter(runner, batchIdx, batch, outputs)
          if (after instanceof Promise) await after
          runner.throwStepFailure()
        } finally {
          disposeTensors(batch)
          disposeTensors(outputs)
          if (this.isStepDone) this.countIteration()
          else messageHub.undoIteration()
          this.isStepDone = false
        }
        const pause = this.#breather.pause() ?? messageHub.settleWhenMany()
        if (pause !== undefined) await pause
        runner.throwIfInterrupted()
        if (this.isValidationDue) await this.validate()
      }
    } finally {
      await batches.close()
    }
  }

  #step(batchIdx: number, batch: DataBatch, optimWrapper: OptimWrapper): MaybePromise<StepOutputs> {
    optimWrapper.beginStep?.()
    const step = new TrainStep(this.runner, batchIdx, batch, optimWrapper)
    return this.runner.stepCompiler?.trainStep(step) ?? step.run()
  }

  /** Makes the validation that is due; an interruption before its metrics are there leaves it due. */
  protected async validate(): Promise<void> {
    const { runner } = this
    runner.throwIfInterrupted()
    await runner.messageHub.settle()
    await runner.valLoop?.run(() => {
      this.isValidationDue = false
    })
    this.isValidationDue = false
  }
}

function recordLogValues(runner: Runner, optimWrapper: OptimWrapper): void {
  const values = optimWrapper.takeLogValues?.()
  if (values === undefined) return
  for (const name in values) {
    const value = values[name]
    if (value !== undefined) runner.messageHub.updateScalar(modeKey('train', name), value)
  }
  disposeTensors(values)
}
