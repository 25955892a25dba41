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
  #singles = 0

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
    if (this.#isObserved) return this.#single('the run is observed, such as by a profiler')
    let next = most
    for (const { hook, name } of this.#hooks) {
      const need = hook.nextNeed?.(this.runner, batchIdx)
      if (need === undefined) return this.#single(`${name} sees each iteration (it has no nextNeed)`)
      if (!(need > 1)) {
        this.#singles += 1
        return this.#singles < manySingles ? 1 : this.#single(`${name} needs each iteration`)
      }
      if (need < next) next = need
    }
    this.#singles = 0
    return Math.floor(next)
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
