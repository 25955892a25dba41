import type { Mode } from '@hookloop/core'

/**
 * `loop`: an epoch, a validation, a test; `iteration`: one of them from its wait for data to its last hook; `part`: what
 * happens between hook points, such as `data` and `step`; `point`: all hooks of a point; `hook`: one hook at a point.
 */
export type SpanKind = 'loop' | 'iteration' | 'part' | 'point' | 'hook'

/** What a span is of. */
export interface SpanFacts {
  readonly kind: SpanKind
  /** A part, a hook point or event, or the key of a hook. */
  readonly name: string
  /** The point or event at which a hook was called. */
  readonly point?: string | undefined
  /** The loop in whose iteration it lies; undefined outside of iterations. */
  readonly within?: Mode | undefined
  /** Where training stood; of epochs and iterations. */
  readonly args?: Readonly<Record<string, number>> | undefined
}

/** Something that took time. In milliseconds since profiling began. */
export interface Span extends SpanFacts {
  readonly begin: number
  readonly end: number
}
