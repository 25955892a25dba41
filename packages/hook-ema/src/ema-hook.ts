import {
  type Checkpoint,
  type Count,
  checkOptions,
  Hook,
  HookloopError,
  inIters,
  lengthOf,
  type Runner,
  type StateDict,
} from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import { AveragedWeights } from './averaged-weights.js'
import { type EMAHookOptions, emaHookSchema } from './options.js'

/** Validates, tests and saves with an average of the weights instead of their last values. */
export class EMAHook extends Hook {
  readonly options: EMAHookOptions
  #average: AveragedWeights | undefined
  #beginIter = 0

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: EMAHookOptions = {}) {
    super()
    checkOptions('EMAHook', emaHookSchema, options)
    this.options = options
  }

  // A test after training on the same runner judges the average of that training, so it is kept.
  override beforeRun(runner: Runner): void {
    if (this.#average?.model === runner.model) return
    if (runner.hooks.entries.filter(({ name }) => name === 'EMAHook').length > 1) throw twice()
    this.dispose()
    const { interval: _, ...options } = this.options
    this.#average = new AveragedWeights(runner.model, options)
    const { momentum = 0 } = this.options
    if (momentum > 0.5) {
      runner.logger.warn(
        `EMAHook: a momentum of ${momentum} keeps little of the past; usual values are below 0.01`,
      )
    }
  }

  override beforeTrain(runner: Runner): void {
    const { beginIter = 0, beginEpoch = 0, interval = 1 } = this.options
    const length = lengthOf(runner)
    this.#beginIter = inIters(beginIter, 'it', length)
    if (this.#beginIter > runner.maxIters)
      throw beyondRun('beginIter', beginIter, 'iterations', runner.maxIters)
    if (beginEpoch > runner.maxEpochs) throw beyondRun('beginEpoch', beginEpoch, 'epochs', runner.maxEpochs)
    if (this.#average === undefined) return
    this.#average.interval = inIters(interval, 'it', length)
    runner.stepCompiler?.keepAverages?.(this.#average.kept)
  }

  override afterTrainIter(runner: Runner): void {
    if (this.#hasBegun(runner)) this.#average?.update(runner.stepCompiler)
    else this.#average?.follow()
  }

  override nextNeed(runner: Runner): number {
    const { beginEpoch = 0 } = this.options
    if (this.#average === undefined) return Number.POSITIVE_INFINITY
    if (this.#hasBegun(runner)) return this.#average.nextUpdate
    if (!this.#average.followsLater) return 1
    return beginEpoch > 0 ? Number.POSITIVE_INFINITY : this.#beginIter - runner.iter
  }

  // The live weights wait outside while the average is being judged.
  override beforeValEpoch(): void {
    this.#average?.swap()
  }

  override afterValEpoch(): void {
    this.#average?.swap()
  }

  override beforeTestEpoch(): void {
    this.#average?.swap()
  }

  override afterTestEpoch(): void {
    this.#average?.swap()
  }

  // A validation that fails never comes to its end; the weights must be back before anything is saved.
  override onException(): void {
    if (this.#average?.isSwapped === true) this.#average.swap()
  }

  // As in MMEngine: `stateDict` holds the average, so that a file can be used without knowing of this hook.
  override beforeSaveCheckpoint(_runner: Runner, checkpoint: Checkpoint): void {
    const average = this.#average
    if (average === undefined) return
    checkpoint.emaStateDict = average.storedState()
    checkpoint.stateDict = { ...checkpoint.stateDict, ...average.averagedState() }
  }

  override async afterLoadCheckpoint(runner: Runner, checkpoint: Checkpoint): Promise<void> {
    const average = this.#average
    if (average === undefined) return
    const stored = storedWeights(checkpoint.emaStateDict)
    if (runner.isResumed && stored !== undefined) {
      const [steps = Number.NaN] = await stored.steps.data()
      average.load(checkpoint.stateDict, steps, this.options.strictLoad === true)
      checkpoint.stateDict = { ...checkpoint.stateDict, ...stored.live }
      return
    }
    if (runner.isResumed) {
      runner.logger.warn(
        'EMAHook: the checkpoint holds no average; the average starts with the loaded weights',
      )
    }
    average.load(checkpoint.stateDict, 0, false)
  }

  override dispose(): void {
    this.#average?.dispose()
    this.#average = undefined
  }

  #hasBegun(runner: Runner): boolean {
    const { beginEpoch = 0 } = this.options
    return beginEpoch > 0 ? runner.epoch + 1 >= beginEpoch : runner.iter + 1 >= this.#beginIter
  }
}

interface StoredWeights {
  readonly steps: Tensor
  /** The weights of the model by name. */
  readonly live: StateDict
}

function storedWeights(emaStateDict: unknown): StoredWeights | undefined {
  if (typeof emaStateDict !== 'object' || emaStateDict === null) return undefined
  const live: StateDict = {}
  let steps: Tensor | undefined
  for (const [key, value] of Object.entries(emaStateDict)) {
    if (!(value instanceof Tensor)) continue
    if (key === 'steps') steps = value
    else live[key.replace(/^module\./, '')] = value
  }
  return steps === undefined ? undefined : { steps, live }
}

// Each would exchange the weights of the other, and a checkpoint has room for one average.
function twice(): HookloopError {
  return new HookloopError(
    'HL_EMA_TWICE',
    'two EMAHooks are in this run; a model has one average, so take one away',
  )
}

function beyondRun(option: string, value: Count, unit: string, length: number): HookloopError {
  return new HookloopError(
    'HL_EMA_BEGIN',
    `EMAHook: ${option} is ${value}, but the run has only ${length} ${unit}; the average would never begin`,
  )
}
