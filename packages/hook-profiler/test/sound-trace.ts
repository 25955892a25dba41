/** One event of a trace, as a viewer reads it. */
export interface LoadedEvent {
  readonly ph: string
  readonly name: string
  readonly pid: number
  readonly tid: number
  readonly cat?: string
  readonly ts: number
  readonly dur: number
  readonly args: Readonly<Record<string, unknown>>
}

/** A span with everything that lies in it. */
export interface TraceNode {
  readonly name: string
  readonly begin: number
  readonly end: number
  readonly args: Readonly<Record<string, unknown>>
  readonly children: TraceNode[]
}

/**
 * Reads a trace as a viewer does and puts its spans into each other, one tree per lane.
 * @throws where it is no JSON, a time is no number from 0, spans are out of order or lie across each other, or a lane
 * or the process has no name
 */
export function soundTrace(text: string): { events: readonly LoadedEvent[]; lanes: TraceNode[][] } {
  const { traceEvents: events }: { traceEvents: readonly LoadedEvent[] } = JSON.parse(text)
  const names = new Set(events.filter(({ ph }) => ph === 'M').map(({ name, tid }) => `${name} ${tid}`))
  const lanes = new Map<number, LoadedEvent[]>()
  for (const event of events) {
    if (!Number.isInteger(event.pid) || event.pid < 1) throw new Error(`pid ${event.pid}`)
    if (event.ph === 'M') continue
    if (!(event.ts >= 0)) throw new Error(`${event.name} begins at ${event.ts}`)
    if (event.ph !== 'X') continue
    if (!(event.dur >= 0)) throw new Error(`${event.name} takes ${event.dur}`)
    lanes.set(event.tid, [...(lanes.get(event.tid) ?? []), event])
  }
  for (const tid of lanes.keys())
    if (!names.has(`thread_name ${tid}`)) throw new Error(`lane ${tid} has no name`)
  if (lanes.size > 0 && !names.has('process_name 1')) throw new Error('the process has no name')
  return { events, lanes: [...lanes.entries()].sort(([a], [b]) => a - b).map(([, spans]) => treeOf(spans)) }
}

function treeOf(spans: readonly LoadedEvent[]): TraceNode[] {
  const roots: TraceNode[] = []
  const around: TraceNode[] = []
  let last = 0
  for (const { name, ts, dur, args } of spans) {
    // Microseconds with three digits: nanoseconds are whole.
    const begin = Math.round(ts * 1000)
    const node = { name, begin, end: begin + Math.round(dur * 1000), args, children: [] }
    if (begin < last) throw new Error(`${name} comes too late`)
    last = begin
    while (around.length > 0 && (around.at(-1)?.end ?? 0) <= begin && !holds(around.at(-1), node))
      around.pop()
    const outer = around.at(-1)
    if (outer !== undefined && node.end > outer.end) throw new Error(`${name} lies across ${outer.name}`)
    ;(outer?.children ?? roots).push(node)
    around.push(node)
  }
  return roots
}

/** Spans without length lie in each other as they come. */
function holds(outer: TraceNode | undefined, inner: TraceNode): boolean {
  return (
    outer !== undefined && outer.begin === inner.begin && outer.end === inner.end && outer.end === inner.begin
  )
}

/** The shape of a tree: `iteration(data step(optimizer step))`. */
export function shapeOf(nodes: readonly TraceNode[]): string {
  return nodes
    .map(({ name, children }) => (children.length === 0 ? name : `${name}(${shapeOf(children)})`))
    .join(' ')
}
