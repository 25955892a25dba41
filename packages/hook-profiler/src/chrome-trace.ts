import { lanesOf } from './lanes.js'
import type { MemorySample, Profile, ProfileOrigin } from './profile.js'
import type { Span } from './span.js'

/** An event of the Chrome trace format. Times in microseconds since profiling began. */
export type TraceEvent = {
  readonly name: string
  /** One process of a run: its rank + 1, since viewers take 0 for an idle processor. */
  readonly pid: number
  readonly tid: number
} & (
  | { readonly ph: 'M'; readonly args: Readonly<Record<string, string | number>> }
  | { readonly ph: 'C'; readonly ts: number; readonly args: Readonly<Record<string, number>> }
  | {
      readonly ph: 'X'
      readonly cat: string
      readonly ts: number
      readonly dur: number
      readonly args: Readonly<Record<string, string | number>>
    }
)

/** What chrome://tracing and https://ui.perfetto.dev open. */
export interface ChromeTrace {
  readonly displayTimeUnit: 'ms'
  readonly traceEvents: readonly TraceEvent[]
}

/** Profiles of one process as a trace, on one axis of time. */
export function chromeTrace(...profiles: readonly Profile[]): ChromeTrace {
  return { displayTimeUnit: 'ms', traceEvents: [...traceEvents(profiles)] }
}

/** As the JSON text of {@link chromeTrace}, an event a line, in pieces: the text of a long profile is too large for one. */
export function* traceChunks(profiles: readonly Profile[]): Generator<Uint8Array> {
  const encoder = new TextEncoder()
  let text = '{"displayTimeUnit":"ms","traceEvents":[\n'
  let separator = ''
  for (const event of traceEvents(profiles)) {
    text += separator + JSON.stringify(event)
    separator = ',\n'
    if (text.length < chunkLength) continue
    yield encoder.encode(text)
    text = ''
  }
  yield encoder.encode(`${text}\n]}\n`)
}

const chunkLength = 1 << 16

function* traceEvents(profiles: readonly Profile[]): Generator<TraceEvent> {
  const [first] = profiles
  if (first === undefined) return
  const pid = first.origin.rank + 1
  const spans = profiles.flatMap((profile) => profile.spans)
  const lanes = lanesOf(spans)
  yield* metadata(
    first.origin,
    pid,
    lanes.reduce((most, lane) => Math.max(most, lane), 0),
  )
  for (const [index, span] of spans.entries()) yield spanEvent(span, pid, (lanes[index] ?? 0) + 1)
  for (const { memory } of profiles) for (const sample of memory) yield* memoryEvents(sample, pid)
}

function* metadata(
  { experimentName, rank }: ProfileOrigin,
  pid: number,
  lastLane: number,
): Generator<TraceEvent> {
  const ph = 'M'
  yield { name: 'process_name', ph, pid, tid: 1, args: { name: `hookloop ${experimentName}, rank ${rank}` } }
  yield { name: 'process_sort_index', ph, pid, tid: 1, args: { sort_index: rank } }
  for (let lane = 0; lane <= lastLane; lane++) {
    const name = lane === 0 ? 'run' : `at the same time ${lane}`
    yield { name: 'thread_name', ph, pid, tid: lane + 1, args: { name } }
    yield { name: 'thread_sort_index', ph, pid, tid: lane + 1, args: { sort_index: lane } }
  }
}

function spanEvent({ kind, name, point, begin, end, args }: Span, pid: number, tid: number): TraceEvent {
  const [from, to] = [nanoseconds(begin), nanoseconds(end)]
  return {
    name,
    cat: kind,
    ph: 'X',
    ts: from / 1000,
    dur: (to - from) / 1000,
    pid,
    tid,
    args: { ...args, ...(point === undefined ? {} : { point }) },
  }
}

/** Tensors and bytes apart: viewers draw what is in one event on one scale. */
function* memoryEvents({ time, numTensors, numBytes }: MemorySample, pid: number): Generator<TraceEvent> {
  const ts = nanoseconds(time) / 1000
  yield { name: 'tensors', ph: 'C', ts, pid, tid: 1, args: { numTensors } }
  yield { name: 'bytes of tensors', ph: 'C', ts, pid, tid: 1, args: { numBytes } }
}

// Ends are rounded as begins are, so that what lies inside stays inside.
function nanoseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e6)
}
