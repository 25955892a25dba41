import {
  type AverageKeeper,
  HookloopError,
  type KeptAverage,
  loadStateDict,
  type Model,
  type StateDict,
} from '@hookloop/core'
import { scalar, type Tensor, type Variable, variable } from '@tensorflow/tfjs-core'
import { type AveragingRule, averagingRule } from './averaging-rule.js'
import { moveTowards } from './move-towards.js'
import type { EMAHookOptions } from './options.js'

/** What is averaged: the tensors of a model by name. */
export type AveragedModel = Pick<Model, 'parameters' | 'buffers'>

/** How to average, every so many updates. */
export type AveragingOptions = Omit<EMAHookOptions, 'interval'> & { readonly interval?: number }

type Variables = Readonly<Record<string, Variable>>

/** An average of a model's weights, beside the model. Owns its tensors. */
export class AveragedWeights {
  readonly #live: Variables
  readonly #liveBuffers: Variables
  readonly #averaged: Record<string, Variable> = {}
  readonly #rule: AveragingRule
  /** Averages every so many updates. */
  interval: number
  readonly #updateBuffers: boolean
  #steps = 0
  #isBehind = false
  #isSwapped = false
  #storedSteps: Tensor | undefined

  constructor(
    readonly model: AveragedModel,
    options: AveragingOptions = {},
  ) {
    this.#liveBuffers = model.buffers?.() ?? {}
    this.#live = { ...model.parameters(), ...this.#liveBuffers }
    this.#rule = averagingRule(options)
    this.interval = options.interval ?? 1
    this.#updateBuffers = options.updateBuffers ?? false
    for (const [name, live] of Object.entries(this.#live)) this.#averaged[name] = variable(live, false)
  }

  /** Updates so far. */
  get steps(): number {
    return this.#steps
  }

  /** True while the model holds the average and the weights wait here. */
  get isSwapped(): boolean {
    return this.#isSwapped
  }

  /** In how many updates, the next one included, the present weights are looked at. */
  get nextUpdate(): number {
    if (this.#steps === 0) return 1
    if (!this.#updateBuffers && Object.keys(this.#liveBuffers).length > 0) return 1
    return 1 + ((this.interval - (this.#steps % this.interval)) % this.interval)
  }

  /** {@link follow} looks at nothing. */
  get followsLater(): boolean {
    return this.#steps === 0
  }

  /** What follows the weights at an update that is not the first. */
  get kept(): KeptAverage[] {
    const moved = new Set(this.#swappedNames())
    return Object.keys(this.#live).flatMap((name) => {
      const [live, average] = this.#pair(name)
      const isMoved = moved.has(name)
      // Integers keep what the first step copied, as in MMEngine.
      return isMoved && average.dtype !== 'float32' ? [] : [{ live, average, isMoved }]
    })
  }

  /**
   * Averages the present weights in, or copies them at the first step.
   * @param keeper does it, where it can
   */
  update(keeper: Partial<AverageKeeper> = {}): void {
    if (this.#steps === 0) this.#copyAll()
    else {
      const share = this.#steps % this.interval === 0 ? this.#rule(this.#steps, this.interval) : undefined
      if (keeper.followAverages?.(share) !== true) this.#follow(share)
    }
    this.#steps += 1
  }

  /** Makes the average equal to the present weights, as before averaging begins; done when somebody looks. */
  follow(): void {
    // The first update copies, but a later one needs the weights of now.
    if (this.#steps > 0) this.#copyAll()
    else this.#isBehind = true
  }

  /** Exchanges the average and the weights of the model. */
  swap(): void {
    this.#catchUp()
    for (const name of this.#swappedNames()) {
      const [live, averaged] = this.#pair(name)
      const waiting = live.clone()
      live.assign(averaged)
      averaged.assign(waiting)
      waiting.dispose()
    }
    this.#isSwapped = !this.#isSwapped
  }

  /** The average by name; references. */
  averagedState(): StateDict {
    this.#catchUp()
    return this.#isSwapped ? this.#mixed(this.#live, this.#averaged) : { ...this.#averaged }
  }

  /** The weights of the model by name; references. */
  liveState(): StateDict {
    return this.#isSwapped ? this.#mixed(this.#averaged, this.#live) : { ...this.#live }
  }

  /**
   * What a checkpoint needs besides the average, named as MMEngine's `ema_state_dict`: the number of updates as
   * `steps`, a tensor that lives until the next call, and the weights of the model as `module.<name>`, references.
   */
  storedState(): StateDict {
    this.#storedSteps?.dispose()
    this.#storedSteps = scalar(this.#steps, 'int32')
    const stored: StateDict = { steps: this.#storedSteps }
    for (const [name, value] of Object.entries(this.liveState())) stored[`module.${name}`] = value
    return stored
  }

  /**
   * Takes a stored average over.
   * @throws `HL_STATE_MISMATCH` where shapes differ, and when `strict` for any missing or unexpected name
   */
  load(averaged: StateDict, steps: number, strict: boolean): void {
    if (!Number.isInteger(steps) || steps < 0) {
      throw new HookloopError(
        'HL_EMA_STATE',
        `the stored average says that it has seen ${steps} updates; the checkpoint is not whole`,
      )
    }
    loadStateDict(this.#averaged, averaged, { strict })
    this.#steps = steps
    this.#isBehind = false
  }

  dispose(): void {
    this.#storedSteps?.dispose()
    for (const averaged of Object.values(this.#averaged)) averaged.dispose()
  }

  #follow(share: number | undefined): void {
    for (const { live, average, isMoved } of this.kept) {
      if (!isMoved) average.assign(live)
      else if (share !== undefined) moveTowards(average, live, share)
    }
  }

  #copy(names: readonly string[]): void {
    for (const name of names) {
      const [live, averaged] = this.#pair(name)
      averaged.assign(live)
    }
  }

  // Before averaging begins nobody looks at the average in most iterations, so nothing is copied then.
  #catchUp(): void {
    if (this.#isBehind) this.#copyAll()
  }

  #copyAll(): void {
    this.#isBehind = false
    this.#copy(Object.keys(this.#live))
  }

  #swappedNames(): readonly string[] {
    return Object.keys(this.#updateBuffers ? this.#live : this.model.parameters())
  }

  /** `swapped` for what was exchanged, `rest` for what was not. */
  #mixed(swapped: Variables, rest: Variables): StateDict {
    const names = new Set(this.#swappedNames())
    const state: StateDict = {}
    for (const name of Object.keys(this.#live)) {
      const value = (names.has(name) ? swapped : rest)[name]
      if (value !== undefined) state[name] = value
    }
    return state
  }

  #pair(name: string): [live: Variable, averaged: Variable] {
    const [live, averaged] = [this.#live[name], this.#averaged[name]]
    if (live !== undefined && averaged !== undefined) return [live, averaged]
    throw new HookloopError(
      'HL_EMA_STATE',
      `the model has got a tensor '${name}' that the average does not know`,
    )
  }
}
