import type { DataBatch, MaybePromise } from '../data/dataset.js'
import type { BatchIterator } from '../data/prefetching-iterator.js'
import { disposeTensors } from '../engine/tensors.js'
import type { ParamScheduler } from '../optim/param-scheduler.js'
import type { Runner } from '../runner/runner.js'
import { NeededSteps } from './needed-steps.js'
import { ScheduleMark, schedulersByIter } from './schedule-mark.js'

/** An iteration whose step may wait, and the way back to its begin. */
interface OpenIteration {
  readonly batch: DataBatch
  /** Its place among the values of the message hub. */
  readonly hubBegin: number
  readonly schedule: ScheduleMark
  isStepDone: boolean
}

/**
 * Lets training steps wait for each other, so that several are computed as one call, wherever no hook needs those between.
 * Each iteration goes its way as ever; only its step is a promise until its call is complete. Where a step
 * fails or its loss turns out not to be finite, the iterations from there on are taken back, and made again one by one.
 */
export class StepCalls {
  readonly #needed: NeededSteps
  readonly #schedulers: readonly ParamScheduler[]
  /** Those since everything was computed. */
  #open: OpenIteration[] = []
  /** Batches of iterations that are made again. */
  #again: DataBatch[] = []
  #isAgain = false
  /** Batches whose steps are computed; freed when the iteration ends. */
  readonly #spent: DataBatch[] = []
  /** Iterations that may begin before everything must be computed. */
  #left = 0
  #takenBack = 0

  /** @param iterationsToPause until a validation or the end, at most so many as it is given */
  constructor(
    private readonly runner: Runner,
    private readonly batches: BatchIterator,
    private readonly iterationsToPause: (most: number) => number,
  ) {
    this.#needed = new NeededSteps(runner, (reason) => runner.stepCompiler?.keepSingle(reason))
    this.#schedulers = schedulersByIter(runner.paramSchedulers)
  }

  nextBatch(): MaybePromise<DataBatch | undefined> {
    const again = this.#again.shift()
    this.#isAgain = again !== undefined
    return again ?? this.batches.next()
  }

  beginIteration(batch: DataBatch, batchIdx: number): void {
    const { messageHub } = this.runner
    if (this.#left === 0) this.#left = this.#isAgain ? 1 : this.#stepsFrom(batchIdx)
    else if (this.#needed.hasChanged) this.#left = 1
    this.#left -= 1
    const isFirst = this.#open.length === 0
    const hubBegin = messageHub.beginIteration(!isFirst)
    if (isFirst && this.#left === 0) return
    const schedule = new ScheduleMark(this.runner.requireOptimWrapper(), this.#schedulers)
    this.#open.push({ batch, hubBegin, schedule, isStepDone: false })
  }

  /** The step of the running iteration may be left for later. */
  get mayWait(): boolean {
    return this.#open.length > 0
  }

  /**
   * The step of the running iteration is made, or waits; computes what waits where the call is complete.
   * @returns false where iterations are to be made again: see {@link goBack}
   */
  endStep(): boolean {
    const { stepCompiler, messageHub } = this.runner
    const running = this.#open.at(-1)
    if (running === undefined) messageHub.commitIteration()
    else {
      running.isStepDone = true
      if (stepCompiler?.waitingSteps === 0) this.#close()
      else if (this.#left === 0) return this.#compute()
    }
    return true
  }

  /** Frees the batch, once its step is computed. */
  endIteration(batch: DataBatch): void {
    if (this.#open.length > 0) return
    disposeTensors(batch)
    for (const spent of this.#spent.splice(0)) disposeTensors(spent)
  }

  /** For between iterations: see `messageHub.settleWhenMany`. What waits comes first. */
  settleWhenMany(): Promise<void> | undefined {
    return this.#open.length > 0 ? undefined : this.runner.messageHub.settleWhenMany()
  }

  /**
   * Computes what waits, and goes back to before the first step that failed or whose loss is not finite.
   * @returns how many finished iterations were taken back
   */
  goBack(): number {
    if (this.#open.length === 0 || (this.#takenBack === 0 && this.#compute())) return 0
    const { messageHub, optimWrapper } = this.runner
    const takenBack = this.#takenBack
    this.#takenBack = 0
    const numDone = this.#open.filter(({ isStepDone }) => isStepDone).length
    const back = this.#open.splice(numDone - takenBack)
    disposeTensors(optimWrapper?.takeLogValues?.())
    const [first] = back
    messageHub.undoIteration(first?.hubBegin)
    first?.schedule.restore()
    this.#again = back.map(({ batch }) => batch)
    this.#close()
    return takenBack
  }

  dispose(): void {
    for (const { batch } of this.#open) disposeTensors(batch)
    for (const batch of this.#again) disposeTensors(batch)
    for (const batch of this.#spent) disposeTensors(batch)
  }

  #stepsFrom(batchIdx: number): number {
    const { mostSteps = 1 } = this.runner.stepCompiler ?? {}
    if (mostSteps === 1) return 1
    return this.#needed.next(batchIdx, this.iterationsToPause(mostSteps))
  }

  #compute(): boolean {
    this.#takenBack = this.runner.stepCompiler?.computeWaiting() ?? 0
    if (this.#takenBack > 0) return false
    this.#close()
    return true
  }

  #close(): void {
    this.runner.messageHub.commitIteration()
    for (const { batch } of this.#open) this.#spent.push(batch)
    this.#open = []
    this.#left = 0
  }
}
