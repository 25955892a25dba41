import {
  checkOptions,
  type DataBatch,
  Hook,
  type Mode,
  modeKey,
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
  readonly #training = new TimeLeft()
  readonly #judging = new TimeLeft()

  /** @throws `HL_CONFIG` for an option that is unknown or not a function */
  constructor(options: IterTimerHookOptions = {}) {
    super()
    checkOptions('IterTimerHook', iterTimerHookSchema, options)
    this.#now = options.now ?? (() => performance.now() / 1000)
  }

  // A resumed run estimates from its own iterations only.
  override beforeTrain(): void {
    this.#training.reset()
  }

  override beforeEpoch(): void {
    this.#last = this.#now()
  }

  override beforeIter(runner: Runner, _batchIdx: number, _dataBatch: DataBatch, mode: Mode): void {
    runner.messageHub.updateScalar(modeKey(mode, 'data_time'), this.#now() - this.#last)
  }

  override afterIter(
    runner: Runner,
    batchIdx: number,
    _dataBatch: DataBatch,
    _outputs: StepOutputs | Predictions,
    mode: Mode,
  ): void {
    const now = this.#now()
    const seconds = now - this.#last
    this.#last = now
    runner.messageHub.updateScalar(modeKey(mode, 'time'), seconds)
    const timeLeft = mode === 'train' ? this.#training : this.#judging
    timeLeft.add(seconds)
    runner.messageHub.updateInfo('eta', timeLeft.secondsFor(iterationsLeft(runner, batchIdx, mode)))
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
