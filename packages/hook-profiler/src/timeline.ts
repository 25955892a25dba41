import type { HookEntry, Mode, RunPlace } from '@hookloop/core'
import { type LoopPoint, LoopSpans } from './loop-spans.js'
import type { OpenSpan, SpanRecorder } from './span-recorder.js'

/** Turns what an observer of hooks hears into spans: hooks, points, and from the time between them the parts of loops. */
export class Timeline {
  readonly #loops: Readonly<Record<Mode, LoopSpans>>
  #update: OpenSpan | undefined
  #begunHooks = 0

  /** @param place tells where training stands */
  constructor(
    private readonly spans: SpanRecorder,
    place: () => RunPlace,
  ) {
    this.#loops = {
      train: new LoopSpans(spans, 'train', place),
      val: new LoopSpans(spans, 'val', place),
      test: new LoopSpans(spans, 'test', place),
    }
  }

  /** @returns what to call at the end of the point */
  beginPoint(point: string): () => void {
    const { spans } = this
    const now = spans.now()
    const inLoop = loopPoints.get(point)
    if (point === 'afterOptimStep' || point === 'afterTrainIter') this.#endUpdate(now)
    if (inLoop !== undefined) this.#loops[inLoop.mode].begin(inLoop.point, now)
    const span = spans.open({ kind: 'point', name: point, within: this.#within }, now)
    const begunHooks = this.#begunHooks
    return () => {
      const end = spans.now()
      // A point without hooks costs nothing; it is heard of only because somebody listens.
      if (this.#begunHooks === begunHooks) spans.drop(span)
      else spans.close(span, end)
      if (inLoop === undefined) return
      this.#loops[inLoop.mode].end(inLoop.point, end)
      if (inLoop.point === 'after') this.#loops.train.resume(end)
    }
  }

  /** @returns what to call when the hook has ended */
  beginHook(point: string, { key }: HookEntry): () => void {
    this.#begunHooks += 1
    const span = this.spans.open({ kind: 'hook', name: key, point, within: this.#within })
    return () => this.spans.close(span)
  }

  beginUpdate(): void {
    const now = this.spans.now()
    this.#endUpdate(now)
    this.#update = this.spans.open({ kind: 'part', name: 'optimizer step', within: this.#within }, now)
  }

  #endUpdate(now: number): void {
    if (this.#update !== undefined) this.spans.close(this.#update, now)
    this.#update = undefined
  }

  // A validation may lie inside a hook of a training iteration.
  get #within(): Mode | undefined {
    return modes.find((mode) => this.#loops[mode].isInIteration)
  }
}

const modes = ['val', 'test', 'train'] as const

/** `afterTrainIter` is `afterIter` of the training loop. */
const loopPoints: ReadonlyMap<string, { readonly mode: Mode; readonly point: LoopPoint }> = new Map(
  modes.flatMap((mode) =>
    (['before', 'after'] as const).flatMap((side) =>
      (['', 'Epoch', 'Iter'] as const).map((unit) => {
        const name = `${side}${mode.charAt(0).toUpperCase()}${mode.slice(1)}${unit}`
        return [name, { mode, point: `${side}${unit}` as const }] as const
      }),
    ),
  ),
)
