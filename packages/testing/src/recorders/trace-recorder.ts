import { Hook, type HookPoint, hookPoints, type Priority, type Runner } from '@hookloop/core'

/** One call of a hook point. Epochs and iterations count from 0. */
export interface TraceEntry {
  readonly point: HookPoint
  readonly epoch: number
  readonly iter: number
}

/** Options of {@link TraceRecorder}. */
export interface TraceRecorderOptions {
  /** Which points are written down; default all. */
  readonly points?: readonly HookPoint[]
  /** Default `HIGHEST`: before the other hooks of a point. */
  readonly priority?: Priority
}

/**
 * A hook that writes down each hook point as it comes.
 *
 * ```ts
 * const trace = new TraceRecorder({ points: ['beforeTrainEpoch', 'afterValEpoch'] })
 * await tinyRunner({ customHooks: [trace] }).train()
 * await expectGolden(trace.lines, new URL('./trace.json', import.meta.url))
 * ```
 */
export class TraceRecorder extends Hook {
  override readonly priority: Priority
  readonly entries: TraceEntry[] = []

  constructor({ points = hookPoints, priority = 'HIGHEST' }: TraceRecorderOptions = {}) {
    super()
    this.priority = priority
    for (const point of points) {
      const note = ({ epoch, iter }: Runner) => void this.entries.push({ point, epoch, iter })
      Object.assign(this, { [point]: note })
    }
  }

  /** The points by name, in the order in which they came. */
  get points(): HookPoint[] {
    return this.entries.map(({ point }) => point)
  }

  /** `afterTrainIter epoch 0 iter 3`, in the order in which they came. */
  get lines(): string[] {
    return this.entries.map(({ point, epoch, iter }) => `${point} epoch ${epoch} iter ${iter}`)
  }
}
