import type { Mode, RunPlace } from '@hookloop/core'
import type { OpenSpan, SpanRecorder } from './span-recorder.js'

/** The hook points of a loop without its name: `afterIter` of `afterTrainIter`, `before` of `beforeVal`. */
export type LoopPoint = 'before' | 'beforeEpoch' | 'beforeIter' | 'afterIter' | 'afterEpoch' | 'after'

const names: Readonly<Record<Mode, Readonly<Record<'loop' | 'iteration' | 'data' | 'step', string>>>> = {
  train: { loop: 'epoch', iteration: 'iteration', data: 'data', step: 'step' },
  val: {
    loop: 'validation',
    iteration: 'validation iteration',
    data: 'validation data',
    step: 'validation step',
  },
  test: { loop: 'test', iteration: 'test iteration', data: 'test data', step: 'test step' },
}

/** Tells from the hook points of a loop what it does between them. */
export class LoopSpans {
  #loop: OpenSpan | undefined
  #iteration: OpenSpan | undefined
  #step: OpenSpan | undefined
  /** End of the last hook point, while the loop gets ready for its next iteration. */
  #waitsSince: number | undefined

  constructor(
    private readonly spans: SpanRecorder,
    private readonly mode: Mode,
    private readonly place: () => RunPlace,
  ) {}

  get isInIteration(): boolean {
    return this.#iteration !== undefined
  }

  /** The hooks of a point are about to be called. */
  begin(point: LoopPoint, now: number): void {
    if (point === (this.mode === 'train' ? 'beforeEpoch' : 'before')) this.#beginLoop(now)
    else if (point === 'beforeIter') this.#beginIteration(now)
    else if (point === 'afterIter') this.#step = this.#close(this.#step, now)
    else if (point === 'afterEpoch') this.#endWait(now)
  }

  /** The hooks of a point have returned. */
  end(point: LoopPoint, now: number): void {
    if (point === 'beforeEpoch') this.#waitsSince = now
    else if (point === 'beforeIter') this.#step = this.#part(names[this.mode].step, now)
    else if (point === 'afterIter') this.#endIteration(now)
    else if (point === (this.mode === 'train' ? 'afterEpoch' : 'after'))
      this.#loop = this.#close(this.#loop, now)
  }

  /** What the loop did until now was no wait for data. */
  resume(now: number): void {
    if (this.#waitsSince !== undefined) this.#waitsSince = now
  }

  #beginLoop(now: number): void {
    const { epoch } = this.place()
    this.#loop = this.spans.open({ kind: 'loop', name: names[this.mode].loop, args: { epoch } }, now)
  }

  #beginIteration(now: number): void {
    // A loop of somebody's own may leave points out.
    this.#step = this.#close(this.#step, now)
    this.#iteration = this.#close(this.#iteration, now)
    const { iteration, data } = names[this.mode]
    const since = this.#waitsSince
    const { epoch, iter } = this.place()
    const args = this.mode === 'train' ? { epoch, iter } : undefined
    this.#iteration = this.spans.open(
      { kind: 'iteration', name: iteration, within: this.mode, args },
      since ?? now,
    )
    if (since !== undefined) this.spans.close(this.#part(data, since), now)
    this.#waitsSince = undefined
  }

  #endIteration(now: number): void {
    this.#iteration = this.#close(this.#iteration, now)
    this.#waitsSince = now
  }

  /** After the last batch no data are waited for: a training loop winds up, the others compute their metrics. */
  #endWait(now: number): void {
    const since = this.#waitsSince
    this.#waitsSince = undefined
    if (since === undefined || this.mode === 'train') return
    this.spans.close(this.spans.open({ kind: 'part', name: 'evaluation' }, since), now)
  }

  #part(name: string, begin: number): OpenSpan {
    return this.spans.open({ kind: 'part', name, within: this.mode }, begin)
  }

  #close(span: OpenSpan | undefined, now: number): undefined {
    if (span !== undefined) this.spans.close(span, now)
  }
}
