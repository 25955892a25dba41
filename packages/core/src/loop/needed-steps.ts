import { HookError } from '../errors/hook-error.js'
import type { HookEntry } from '../hook/hook-entry.js'
import type { HookPoint } from '../hook/points.js'
import type { Runner } from '../runner/runner.js'

/** A hook at one of them may want to see what a step has computed. */
const pointsOfSteps = [
  'beforeTrainIter',
  'beforeOptimStep',
  'afterOptimStep',
  'afterTrainIter',
] as const satisfies readonly HookPoint[]

/** So many calls of one step in a row are no accident of intervals. */
const manySingles = 3

/** Knows which steps of training the hooks of a run need to see, by their `nextNeed`. */
export class NeededSteps {
  #entries: readonly HookEntry[] = []
  #hooks: readonly HookEntry[] = []
  #isObserved = false
  /** Calls of one step in a row, for the sake of the same hook. */
  #singles = 0
  #lastSingle: HookEntry | undefined

  /** @param onSingle hears why steps come one by one, in words that go on after "because" */
  constructor(
    private readonly runner: Runner,
    private readonly onSingle: (reason: string) => void,
  ) {}

  /** Hooks or observers have come or gone since the last {@link next}. */
  get hasChanged(): boolean {
    const { hooks } = this.runner
    return hooks.entries !== this.#entries || hooks.isObserved !== this.#isObserved
  }

  /** In how many iterations, the next one included, somebody needs everything computed; `most` where nobody does before. */
  next(batchIdx: number, most: number): number {
    if (this.hasChanged) this.#look()
    if (this.#isObserved)
      return this.#single("the run is observed, such as by a profiler or LoggerHook's showHookTime")
    let next = most
    for (const entry of this.#hooks) {
      const { name } = entry
      const need = this.#needOf(entry, batchIdx)
      if (need === undefined) return this.#single(`${name} sees each iteration (it has no nextNeed)`)
      if (!(need > 1)) {
        this.#singles = entry === this.#lastSingle ? this.#singles + 1 : 1
        this.#lastSingle = entry
        return this.#singles < manySingles ? 1 : this.#single(`${name} needs each iteration`)
      }
      if (need < next) next = need
    }
    this.#lastSingle = undefined
    return Math.floor(next)
  }

  #needOf({ hook, name, packageName }: HookEntry, batchIdx: number): number | undefined {
    const { epoch, iter } = this.runner
    try {
      return hook.nextNeed?.(this.runner, batchIdx)
    } catch (error) {
      throw new HookError(name, 'nextNeed', { epoch, iter }, packageName, error)
    }
  }

  #look(): void {
    const { hooks } = this.runner
    this.#entries = hooks.entries
    this.#isObserved = hooks.isObserved
    const needing = new Set(pointsOfSteps.flatMap((point) => hooks.at(point)))
    this.#hooks = this.#entries.filter((entry) => needing.has(entry))
  }

  #single(reason: string): number {
    this.onSingle(reason)
    return 1
  }
}
