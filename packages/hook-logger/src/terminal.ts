import type { LogSink } from '@hookloop/core'

/** Where a run is, as the live line shows it. */
export interface Progress {
  /** Such as `Epoch 3/12`. */
  readonly title: string
  readonly done: number
  readonly total: number
  /** Iterations per second, time left, loss. */
  readonly facts: string
}

/** A terminal with a live line below the log lines. */
export interface Terminal extends LogSink {
  show(progress: Progress): void
  /** Takes the live line away. */
  close(): void
}

/** Opens the terminal, where there is one that a person looks at. `isForced`: even in CI. */
export type OpenTerminal = (name: string, isForced: boolean) => Terminal | undefined
