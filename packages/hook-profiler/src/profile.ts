import type { Span } from './span.js'
import type { Recording } from './span-recorder.js'
import { type ProfileRow, summarize } from './summary.js'

/** What tfjs holds at the end of an iteration, its batch and outputs included. */
export interface MemorySample {
  /** In milliseconds since profiling began. */
  readonly time: number
  readonly numTensors: number
  readonly numBytes: number
}

/** Whose profile it is. */
export interface ProfileOrigin {
  readonly experimentName: string
  /** Of the process. */
  readonly rank: number
}

/** What one cycle of profiling recorded; without a schedule there is one. Times in milliseconds since profiling began. */
export class Profile {
  readonly begin: number
  readonly end: number
  /** By their begin, outer ones before what lies in them. */
  readonly spans: readonly Span[]
  #rows: readonly ProfileRow[] | undefined

  /** @param cycle from 1 */
  constructor(
    readonly origin: ProfileOrigin,
    readonly cycle: number,
    recording: Recording,
    readonly memory: readonly MemorySample[] = [],
  ) {
    this.begin = recording.begin
    this.end = recording.end
    this.spans = recording.spans
  }

  /** Recorded training iterations. */
  get iterations(): number {
    return this.rows.find(({ kind, name }) => kind === 'iteration' && name === 'iteration')?.calls ?? 0
  }

  /** Times by part, by point and by hook, in the order in which they first came. */
  get rows(): readonly ProfileRow[] {
    this.#rows ??= summarize(this.spans)
    return this.#rows
  }
}
