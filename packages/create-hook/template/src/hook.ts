import {
  checkOptions,
  type DataBatch,
  everyNTrainIters,
  Hook,
  type HookResult,
  nextOfEveryN,
  type Runner,
  type StateTree,
  type StepOutputs,
} from '@hookloop/core'
import { type TemplateHookOptions, templateHookSchema } from './options.js'

/** Logs the lowest loss that was seen so far, as `lowest`. */
export class TemplateHook extends Hook {
  readonly #interval: number
  #lowest: number | undefined

  /** @throws `HL_CONFIG` that lists every mistake of the options */
  constructor(options: TemplateHookOptions = {}) {
    super()
    checkOptions('TemplateHook', templateHookSchema, options)
    this.#interval = options.interval ?? 10
  }

  // Returns a promise only where there is something to wait for: iterations in between cost nothing.
  override afterTrainIter(
    runner: Runner,
    _batchIdx: number,
    _dataBatch: DataBatch,
    outputs: StepOutputs,
  ): HookResult {
    if (everyNTrainIters(runner, this.#interval)) return this.#look(runner, outputs)
  }

  /** Several steps may run as one call up to the iteration whose loss is read. */
  override nextNeed(runner: Runner): number {
    return nextOfEveryN(runner.iter, this.#interval)
  }

  /** What changes in training belongs here; otherwise a resumed run differs from one that was never interrupted. */
  override stateDict(): StateTree {
    return { lowest: this.#lowest }
  }

  override loadStateDict({ lowest }: StateTree): void {
    this.#lowest = typeof lowest === 'number' ? lowest : undefined
  }

  async #look(runner: Runner, { loss }: StepOutputs): Promise<void> {
    if (loss === undefined) return
    const [value = Number.NaN] = typeof loss === 'number' ? [loss] : await loss.data()
    if (this.#lowest === undefined || value < this.#lowest) this.#lowest = value
    runner.messageHub.updateScalar('train/lowest', this.#lowest)
  }
}
