import type { Dist } from '../distributed/dist.js'
import type { RandomnessCfg } from './options.js'

/** The seeds of a run. */
export class RunSeed {
  readonly #isConfigured: boolean
  readonly #offset: number
  #common: number

  constructor(config: RandomnessCfg | undefined, rank: number) {
    this.#isConfigured = config?.seed !== undefined
    this.#offset = config?.diffRankSeed === true ? rank : 0
    this.#common = config?.seed ?? Math.floor(Math.random() * 2 ** 31)
  }

  /** The same in all processes, which deal out one order of the data. */
  get common(): number {
    return this.#common
  }

  /** What this process draws its own numbers from. */
  get own(): number {
    return this.#common + this.#offset
  }

  /** Settles a seed that nobody configured: that of a checkpoint to resume, else the one that process 0 drew. */
  async settle(resumed: number | undefined, dist: Dist): Promise<void> {
    if (this.#isConfigured) return
    if (resumed !== undefined) this.#common = resumed
    else if (dist.worldSize > 1) this.#common = await dist.broadcast(this.#common)
  }
}
