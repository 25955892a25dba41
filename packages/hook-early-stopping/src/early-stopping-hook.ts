import {
  checkOptions,
  Hook,
  HookloopError,
  inferMetricRule,
  type Metrics,
  type Runner,
  type StateTree,
} from '@hookloop/core'
import { Tensor } from '@tensorflow/tfjs-core'
import { type EarlyStoppingHookOptions, earlyStoppingHookSchema } from './options.js'
import { Patience } from './patience.js'
import { TrainingSpan } from './training-span.js'

/** Stops training when a metric of the validation no longer improves, passes a threshold or is no number. */
export class EarlyStoppingHook extends Hook {
  override readonly priority = 'LOWEST'
  readonly options: EarlyStoppingHookOptions
  readonly #patience: Patience
  /** Of a patience that is given as a length of training. */
  readonly #span: TrainingSpan | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: EarlyStoppingHookOptions) {
    super()
    checkOptions('EarlyStoppingHook', earlyStoppingHookSchema, options)
    this.options = options
    const { monitor, rule, minDelta = 0.1, checkFinite = true, patience = 5, stoppingThreshold } = options
    this.#patience = new Patience({
      rule: rule ?? inferMetricRule(monitor) ?? 'greater',
      minDelta,
      checkFinite,
      patience: typeof patience === 'number' ? patience : Number.POSITIVE_INFINITY,
      stoppingThreshold,
    })
    if (typeof patience === 'string') this.#span = new TrainingSpan(patience)
  }

  /** Best value so far; infinite before the first. */
  get bestScore(): number {
    return this.#patience.bestScore
  }

  /** Validations in a row without improvement. */
  get waitCount(): number {
    return this.#patience.waitCount
  }

  // The stop itself is no part of a checkpoint; what led to it is.
  override beforeTrain(runner: Runner): void {
    const reason = runner.isResumed ? (this.#patience.exhaustion ?? this.#wornOut(runner)) : undefined
    if (reason === undefined) return
    runner.stopTraining()
    runner.logger.info(
      `EarlyStoppingHook: training had stopped already, because of ${this.options.monitor}: ${reason}. Change the options ` +
        'of the hook, or leave it out, to train on',
    )
  }

  override async afterValEpoch(runner: Runner, metrics: Metrics): Promise<void> {
    // A validation outside of training has nothing to stop.
    if (runner.trainLoop === undefined) return
    const { monitor, strict = false } = this.options
    const score = await scoreOf(metrics[monitor])
    if (score === undefined) {
      if (strict) throw new HookloopError('HL_EARLY_STOPPING_METRIC', absence(monitor, metrics))
      // Named with its epoch, since the logger shows a repeated warning once.
      runner.logger.warn(`EarlyStoppingHook after epoch ${runner.epoch}: ${absence(monitor, metrics)}`)
      return
    }
    const failure = this.#patience.add(monitor, score)
    if (this.waitCount === 0) this.#span?.begin(runner)
    const reason = failure ?? this.#wornOut(runner)
    if (reason === undefined) return
    runner.stopTraining()
    runner.logger.info(`EarlyStoppingHook: training stops, because ${reason}`)
  }

  #wornOut(runner: Runner): string | undefined {
    if (this.waitCount === 0 || this.#span?.isOver(runner) !== true) return undefined
    const { monitor, patience } = this.options
    return `${monitor} did not improve for ${patience}; its best value is ${this.bestScore}`
  }

  override stateDict(): StateTree {
    const { bestScore, waitCount } = this
    return { bestScore, waitCount, lastScore: this.#patience.lastScore, ...this.#span?.stateDict() }
  }

  override loadStateDict(state: StateTree): void {
    const { bestScore, waitCount, lastScore } = state
    this.#span?.loadStateDict(state)
    if (typeof bestScore === 'number') this.#patience.bestScore = bestScore
    if (typeof waitCount === 'number') this.#patience.waitCount = waitCount
    if (typeof lastScore === 'number') this.#patience.lastScore = lastScore
  }
}

/** A single number, read from the device where it is a tensor. */
async function scoreOf(value: unknown): Promise<number | undefined> {
  if (typeof value === 'number') return value
  return value instanceof Tensor && value.size === 1 ? Number((await value.data())[0]) : undefined
}

function absence(monitor: string, metrics: Metrics): string {
  const found = Object.keys(metrics).join(', ') || 'nothing'
  return `monitor names the metric '${monitor}', but the validation gave ${found} and no single number of that name`
}
