import type { Span, SpanFacts } from './span.js'

/** A span that has not ended; it gets its end in place, because there are many and copies cost time. */
export interface OpenSpan extends SpanFacts {
  begin: number
  end: number
  /** Spans that begin at the same time lie in each other in the order in which they were opened. */
  readonly order: number
}

/** Spans of a stretch of time; those that reach beyond it are cut at its ends. */
export interface Recording {
  readonly begin: number
  readonly end: number
  /** By their begin, outer ones before what lies in them. */
  readonly spans: readonly Span[]
}

/** Keeps the spans of one stretch of time after another. In milliseconds since it was made. */
export class SpanRecorder {
  readonly #origin: number
  readonly #open = new Set<OpenSpan>()
  #spans: OpenSpan[] = []
  #opened = 0
  #begin: number | undefined

  /** @param clock in milliseconds; must not go backwards */
  constructor(private readonly clock: () => number = () => performance.now()) {
    this.#origin = clock()
  }

  get isRecording(): boolean {
    return this.#begin !== undefined
  }

  /** Spans kept since the recording began. */
  get count(): number {
    return this.#spans.length
  }

  now(): number {
    return this.clock() - this.#origin
  }

  /** Begins to keep spans; those that are open count from now on. */
  start(): void {
    this.#begin ??= this.now()
  }

  open({ kind, name, point, within, args }: SpanFacts, begin = this.now()): OpenSpan {
    const span = { kind, name, point, within, args, begin, end: begin, order: this.#opened++ }
    this.#open.add(span)
    return span
  }

  close(span: OpenSpan, end = this.now()): void {
    if (this.#open.delete(span)) this.#keep(span, end)
  }

  /** Ends a span that is not worth keeping. */
  drop(span: OpenSpan): void {
    this.#open.delete(span)
  }

  /** Ends the recording. Spans that are still open count until now, and in the next recording from its begin on. */
  take(): Recording {
    const end = this.now()
    const begin = this.#begin ?? end
    for (const span of this.#open) this.#keep({ ...span }, end)
    const spans = this.#spans.sort((a, b) => a.begin - b.begin || a.order - b.order)
    this.#begin = undefined
    this.#spans = []
    return { begin, end, spans }
  }

  #keep(span: OpenSpan, end: number): void {
    if (this.#begin === undefined) return
    span.begin = Math.max(span.begin, this.#begin)
    span.end = end
    this.#spans.push(span)
  }
}
