import type { DataLoader } from '../data/data-loader.js'
import type { DataBatch, MaybePromise } from '../data/dataset.js'
import type { BatchIterator } from '../data/prefetching-iterator.js'
import { type Duration, parseDuration } from '../duration/duration.js'
import { disposeTensors } from '../engine/tensors.js'
import { modeKey } from '../logging/mode-key.js'
import { formatDuration } from '../logging/number-format.js'
import type { StepOutputs } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import { devBatches } from '../runner/fast-dev-run.js'
import type { Runner } from '../runner/runner.js'
import type { LoopPosition } from '../state/checkpoint.js'
import { Breather } from './breather.js'
import type { ValidationSchedule } from './intervals.js'
import type { TrainLoop } from './loop.js'
import { StepCalls } from './step-calls.js'
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
  readonly #maxTime: number
  #isTimeUp = false
  /** As many iterations as a fast dev run makes. */
  readonly #mostIters: number

  /** @param maxTime as in the options, if any */
  constructor(
    protected readonly runner: Runner,
    readonly dataLoader: DataLoader,
    private readonly maxTime: Duration = Number.POSITIVE_INFINITY,
  ) {
    this.#maxTime = typeof maxTime === 'number' ? maxTime : parseDuration(maxTime, 's', ['s']).count
    const batches = devBatches(runner.options)
    this.#mostIters = batches === undefined ? Number.POSITIVE_INFINITY : Math.min(batches, dataLoader.length)
  }

  get iter(): number {
    return this.finishedIters
  }

  get valInterval(): number {
    return this.schedule.intervalAt({ epochs: this.epoch, iters: this.finishedIters })
  }

  get valBegin(): number {
    return this.schedule.begin
  }

  abstract readonly hasEpochs: boolean
  protected abstract readonly schedule: ValidationSchedule
  /** Training ends after so many iterations; infinite where it ends with an epoch. */
  protected abstract readonly lastIter: number

  abstract run(): Promise<void>
  abstract position(): LoopPosition
  abstract restore(position: LoopPosition): void

  /** Index of the next batch, as hooks hear it. */
  protected abstract get batchIdx(): number
  /** True while there is another batch to train on. */
  protected abstract get hasNextBatch(): boolean
  /** Moves the counters on by one iteration. */
  protected abstract countIteration(): void
  /** Moves them back: the iterations will be made again. */
  protected abstract uncountIterations(count: number): void
  /** Iterations until a validation or the end, `most` where that is farther. */
  protected abstract iterationsToPause(most: number): number

  /** Training ends before another iteration, in the middle of an epoch too. */
  protected get isOver(): boolean {
    return this.isTimeUp || this.isCut || this.finishedIters >= this.lastIter
  }

  /** The time for training is spent, once it was: neither an iteration nor a validation begins any more. */
  protected get isTimeUp(): boolean {
    this.#isTimeUp ||= this.#maxTime < Number.POSITIVE_INFINITY && this.runner.clock.seconds >= this.#maxTime
    return this.#isTimeUp
  }

  /** A fast dev run has seen enough. */
  protected get isCut(): boolean {
    return this.finishedIters >= this.#mostIters
  }

  protected isDueAfterIter(iters: number): boolean {
    if (this.runner.valLoop === undefined) return false
    if (iters >= this.#mostIters) return !this.hasEpochs
    return this.schedule.isDueAfterIter({ epochs: this.epoch, iters }, iters === this.lastIter)
  }

  /** Whether a validation is to be made that a checkpoint must know of, in the hooks of an iteration too. */
  protected get isValidationDueNow(): boolean {
    return this.isStepDone ? this.isDueAfterIter(this.finishedIters + 1) : this.isValidationDue
  }

  /** Iterations until a validation or the end, `most` where that is farther. */
  protected iterationsToValidation(most: number): number {
    const hasVal = this.runner.valLoop !== undefined
    for (let count = 1; count < most; count++) {
      const iters = this.finishedIters + count
      if (iters >= this.lastIter || iters >= this.#mostIters) return count
      if (hasVal && this.schedule.isDueByCount({ epochs: this.epoch, iters })) return count
    }
    return most
  }

  /** A validation that there is no more time for stays due, for a resumed run. */
  protected async validateIfDue(): Promise<void> {
    if (this.isValidationDue && !this.isTimeUp) await this.#validate()
  }

  /** Trains on batch after batch, with the validations that fall between them. */
  protected async trainOn(batches: BatchIterator): Promise<void> {
    const calls = new StepCalls(this.runner, batches, (most) => this.iterationsToPause(most))
    try {
      let failure: { readonly error: unknown } | undefined
      do {
        failure = await this.#iterate(calls, batches).then(
          () => undefined,
          (error: unknown) => ({ error }),
        )
        // A step that waited and fails comes before whatever failed meanwhile.
      } while (this.#takeBack(calls.goBack()))
      if (failure !== undefined) throw failure.error
    } finally {
      calls.dispose()
      await this.runner.closeBatches(batches)
    }
  }

  /** @returns whether there are iterations to be made again */
  #takeBack(count: number): boolean {
    if (count > 0) this.uncountIterations(count)
    return count > 0
  }

  /** Waits only for real promises: one function for all iterations spares a promise for each. */
  async #iterate(calls: StepCalls, batches: BatchIterator): Promise<void> {
    const { runner } = this
    const { messageHub } = runner
    const optimWrapper = runner.requireOptimWrapper()
    while (this.hasNextBatch) {
      runner.model.setTraining?.(true)
      const fetched = runner.waitForBatch(batches, calls.nextBatch())
      const batch = fetched instanceof Promise ? await fetched : fetched
      if (batch === undefined) break
      const { batchIdx } = this
      let outputs: StepOutputs | undefined
      try {
        calls.beginIteration(batch, batchIdx)
        const before = runner.hooks.fire.beforeTrainIter(runner, batchIdx, batch)
        if (before instanceof Promise) await before
        const step = this.#step(batchIdx, batch, optimWrapper, calls.mayWait)
        outputs = step instanceof Promise ? await step : step
        this.isStepDone = true
        optimWrapper.endStep?.()
        recordLogValues(runner, optimWrapper)
        if (!calls.endStep()) return
        runner.clock.tick(!calls.mayWait)
        const after = runner.hooks.fire.afterTrainIter(runner, batchIdx, batch, outputs)
        if (after instanceof Promise) await after
        runner.throwStepFailure()
      } finally {
        disposeTensors(outputs)
        if (this.isStepDone) this.countIteration()
        else messageHub.undoIteration()
        this.isStepDone = false
        calls.endIteration(batch)
      }
      const pause = this.#breather.pause() ?? calls.settleWhenMany()
      if (pause !== undefined) await pause
      runner.throwIfInterrupted()
      if (this.isValidationDue) await this.validateIfDue()
    }
  }

  #step(
    batchIdx: number,
    batch: DataBatch,
    optimWrapper: OptimWrapper,
    mayWait: boolean,
  ): MaybePromise<StepOutputs> {
    optimWrapper.beginStep?.()
    const step = new TrainStep(this.runner, batchIdx, batch, optimWrapper)
    return this.runner.stepCompiler?.trainStep(step, mayWait) ?? step.run()
  }

  protected sayWhetherTimeIsUp(): void {
    const { runner, finishedIters, maxIters, maxTime } = this
    if (!this.isTimeUp || this.stopTraining || finishedIters >= maxIters) return
    runner.logger.info(
      `training ends here: trainCfg.maxTime is ${maxTime}, and it has taken ${formatDuration(runner.clock.seconds)}. ` +
        `${finishedIters} of ${maxIters} iterations are done; with resume: true and a greater maxTime it goes on exactly there`,
    )
  }

  /** Makes the validation that is due; an interruption before its metrics are there leaves it due. */
  async #validate(): Promise<void> {
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
