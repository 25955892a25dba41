import type { Mode } from '@hookloop/core'
import type { Span, SpanKind } from './span.js'

/** All spans of a name together. Times in milliseconds. */
export interface ProfileRow {
  readonly kind: SpanKind
  /** A part, a hook point or event, or the key of a hook. */
  readonly name: string
  /** The point or event at which a hook was called; empty for all other rows. */
  readonly point: string
  readonly calls: number
  readonly total: number
  readonly mean: number
  /** What it took of the time of the iterations in which it lies, from 0 to 1; undefined outside of iterations. */
  readonly share: number | undefined
}

interface Sum {
  readonly span: Span
  calls: number
  total: number
  /** The part of `total` inside iterations. */
  inside: number
  readonly modes: Set<Mode>
}

/** Adds spans up by name, in the order in which names first come. */
export function summarize(spans: readonly Span[]): ProfileRow[] {
  const sums = new Map<string, Sum>()
  const iterations: Record<Mode, number> = { train: 0, val: 0, test: 0 }
  for (const span of spans) {
    const key = [span.kind, span.name, span.point].join('\n')
    const sum = sums.get(key) ?? { span, calls: 0, total: 0, inside: 0, modes: new Set<Mode>() }
    sums.set(key, sum)
    const time = span.end - span.begin
    sum.calls += 1
    sum.total += time
    if (span.within === undefined) continue
    sum.inside += time
    sum.modes.add(span.within)
    if (span.kind === 'iteration') iterations[span.within] += time
  }
  return [...sums.values()].map((sum) => rowOf(sum, iterations))
}

function rowOf(
  { span, calls, total, inside, modes }: Sum,
  iterations: Readonly<Record<Mode, number>>,
): ProfileRow {
  const whole = [...modes].reduce((time, mode) => time + iterations[mode], 0)
  return {
    kind: span.kind,
    name: span.name,
    point: span.point ?? '',
    calls,
    total,
    mean: total / calls,
    share: whole > 0 ? inside / whole : undefined,
  }
}
