import { Hook, type HookPoint, type Priority, type Runner } from '@hookloop/core'
import type { TraceEntry } from './trace-recorder.js'

/** What the message hub held at a point. */
export interface HubEntry extends TraceEntry {
  /** The newest value of each history. */
  readonly scalars: Readonly<Record<string, number>>
  readonly info: Readonly<Record<string, unknown>>
}

/** Options of {@link HubRecorder}. */
export interface HubRecorderOptions {
  /** Where the hub is looked at; default `afterTrainIter`, `afterValEpoch` and `afterTestEpoch`. */
  readonly points?: readonly HookPoint[]
  /** Only keys that begin with this; default all. */
  readonly prefix?: string
  /** Default `LOWEST`: after the other hooks of a point. */
  readonly priority?: Priority
}

/** A hook that writes down what the message hub holds, point by point. */
export class HubRecorder extends Hook {
  override readonly priority: Priority
  readonly entries: HubEntry[] = []
  readonly #prefix: string

  constructor(options: HubRecorderOptions = {}) {
    super()
    const { points = ['afterTrainIter', 'afterValEpoch', 'afterTestEpoch'], prefix = '' } = options
    this.priority = options.priority ?? 'LOWEST'
    this.#prefix = prefix
    for (const point of points) {
      const note = (runner: Runner) => this.#note(point, runner)
      Object.assign(this, { [point]: note })
    }
  }

  /** The values of one scalar, entry by entry; those without it are left out. */
  valuesOf(key: string): number[] {
    return this.entries.flatMap(({ scalars }) => scalars[key] ?? [])
  }

  async #note(point: HookPoint, { epoch, iter, messageHub }: Runner): Promise<void> {
    await messageHub.settle()
    const isWanted = ([key]: readonly [string, unknown]) => key.startsWith(this.#prefix)
    const scalars = [...messageHub.scalars].filter(isWanted)
    this.entries.push({
      point,
      epoch,
      iter,
      scalars: Object.fromEntries(scalars.map(([key, history]) => [key, history.current()])),
      info: Object.fromEntries([...messageHub.info].filter(isWanted)),
    })
  }
}
