import {
  checkOptions,
  type DataBatch,
  Hook,
  type Mode,
  type Predictions,
  type Runner,
  type StepOutputs,
} from '@hookloop/core'
import { type IterTimerHookOptions, iterTimerHookSchema } from './options.js'
import { TimeLeft } from './time-left.js'

/** Measures how long data and steps take, and estimates the time left. All in seconds. */
export class IterTimerHook extends Hook {
  readonly #now: () => number
  #last = 0
  /** Where the time began that training iterations share whose steps run as one call. */
  #begin = 0
  /** Training iterations whose time is noted. */
  #noted = 0
  readonly #training = new TimeLeft()
  readonly #judging = new TimeLeft()

  /** @throws `HL_CONFIG` for an option that is unknown or not a function */
  constructor(options: IterTimerHookOptions = {}) {
    super()
    checkOptions('IterTimerHook', iterTimerHookSchema, options)
    this.#now = options.now ?? (() => performance.now() / 1000)
  }

  // A resumed run estimates from its own iterations only.
  override beforeTrain({ iter }: Runner): void {
    this.#training.reset()
    this.#noted = iter
  }

  override nextNeed(): number {
    return Number.POSITIVE_INFINITY
  }

  override beforeEpoch(): void {
    this.#last = this.#now()
    this.#begin = this.#last
  }

  override beforeIter(runner: Runner, _batchIdx: number, _dataBatch: DataBatch, mode: Mode): void {
    runner.messageHub.updateScalar(`${mode}/data_time`, this.#now() - this.#last)
  }

  override afterIter(
    runner: Runner,
    batchIdx: number,
    _dataBatch: DataBatch,
    _outputs: StepOutputs | Predictions,
    mode: Mode,
  ): void {
    this.#last = this.#now()
    if (mode === 'train') this.#noteTraining(runner)
    else this.#note(runner, mode, this.#last - this.#begin)
    if (mode === 'train' && this.#noted <= runner.iter) return
    this.#begin = this.#last
    const timeLeft = mode === 'train' ? this.#training : this.#judging
    runner.messageHub.updateInfo('eta', timeLeft.secondsFor(iterationsLeft(runner, batchIdx, mode)))
  }

  /** Steps that run as one call take equal parts of its time, which are known when it is over. */
  #noteTraining(runner: Runner): void {
    if ((runner.stepCompiler?.waitingSteps ?? 0) > 0) return
    const count = runner.iter + 1 - this.#noted
    const seconds = (this.#last - this.#begin) / count
    for (; this.#noted <= runner.iter; this.#noted++) this.#note(runner, 'train', seconds)
  }

  #note({ messageHub }: Runner, mode: Mode, seconds: number): void {
    messageHub.updateScalar(`${mode}/time`, seconds)
    if (mode === 'train') this.#training.add(seconds)
    else this.#judging.add(seconds)
  }

  override afterEpoch(_runner: Runner, mode: Mode): void {
    if (mode !== 'train') this.#judging.reset()
  }
}

function iterationsLeft(runner: Runner, batchIdx: number, mode: Mode): number {
  if (mode === 'train') return runner.maxIters - runner.iter - 1
  const loader = mode === 'val' ? runner.valDataLoader : runner.testDataLoader
  return (loader?.length ?? 0) - batchIdx - 1
}
