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
  /** The first of the training iterations whose steps wait to run as one call. */
  #firstWaiting: number | undefined
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
    this.#firstWaiting = undefined
  }

  override nextNeed(): number {
    return Number.POSITIVE_INFINITY
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
    if (mode === 'train') this.#shareTime(runner)
    const timeLeft = mode === 'train' ? this.#training : this.#judging
    timeLeft.add(seconds)
    runner.messageHub.updateInfo('eta', timeLeft.secondsFor(iterationsLeft(runner, batchIdx, mode)))
  }

  /** The last iteration of a call takes the time of all its steps, of which each gets the same part. */
  #shareTime({ stepCompiler, messageHub, iter }: Runner): void {
    if (stepCompiler !== undefined && stepCompiler.waitingSteps > 0) {
      this.#firstWaiting ??= iter
      return
    }
    if (this.#firstWaiting === undefined) return
    const count = iter + 1 - this.#firstWaiting
    this.#firstWaiting = undefined
    const history = messageHub.getScalar('train/time')
    const seconds = history.mean(count)
    for (let i = 0; i < count; i++) history.removeLast()
    for (let i = 0; i < count; i++) history.update(seconds)
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
