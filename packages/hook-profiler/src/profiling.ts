import { type HookEntry, HookError, type HookObserver, type HookResult, type RunPlace } from '@hookloop/core'
import { packageInfo } from './package-info.js'
import { type MemorySample, Profile, type ProfileOrigin } from './profile.js'
import type { ProfilePlan } from './profile-plan.js'
import { SpanRecorder } from './span-recorder.js'
import { Timeline } from './timeline.js'

/** Takes what profiling gives. */
export interface ProfileReporter {
  /** A cycle has ended. */
  report(profile: Profile): Promise<void>
  /** Nothing more will come. @param steps iterations seen, recorded or not */
  end(steps: number): Promise<void>
  warn(message: string): void
}

/** What profiling is told about the run. */
export interface ProfilingContext {
  readonly origin: ProfileOrigin
  readonly place: () => RunPlace
  /** What tfjs holds; left out where nobody wants to know. */
  readonly memory: (() => Omit<MemorySample, 'time'>) | undefined
  /** In milliseconds. Default `performance.now()`. */
  readonly clock?: () => number
  /** Profiling ends when a recording is longer. Default a million spans, some hundred megabytes. */
  readonly mostSpans?: number
}

/** Observes a run from its beginning until the plan is fulfilled, and hands profiles over between iterations. */
export class Profiling implements HookObserver {
  readonly #recorder: SpanRecorder
  readonly #timeline: Timeline
  #stop = () => {}
  #memory: MemorySample[] = []
  /** Profiles that are not reported yet. */
  #ready: Profile[] = []
  #cycles = 0
  #epochs = 0
  #steps = 0
  #isTraining = false
  #isOver = false
  #hasEnded = false

  constructor(
    private readonly plan: ProfilePlan,
    private readonly context: ProfilingContext,
    private readonly reporter: ProfileReporter,
  ) {
    this.#recorder = new SpanRecorder(context.clock)
    this.#timeline = new Timeline(this.#recorder, context.place)
  }

  /** @param observe begins to observe and returns how to end that */
  begin(observe: (observer: HookObserver) => () => void): void {
    this.#record()
    this.#stop = observe(this)
  }

  beginPoint(point: string): () => HookResult {
    this.#enter(point)
    const end = this.#timeline.beginPoint(point)
    return () => {
      end()
      if (this.#isStep(point)) this.#countStep()
      return this.#hasNews ? this.#reportAt(point) : undefined
    }
  }

  beginHook(point: string, entry: HookEntry): () => void {
    return this.#timeline.beginHook(point, entry)
  }

  beginUpdate(): void {
    this.#timeline.beginUpdate()
  }

  /** Ends profiling, wherever the run is, and reports what was not reported yet. */
  async finish(): Promise<void> {
    this.cancel()
    if (this.#hasNews) await this.#report()
  }

  /** Ends observing. */
  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#takeProfile()
    this.#stop()
  }

  /** An epoch ends with the validation after it: where the next one begins, or training ends. */
  #enter(point: string): void {
    if (point === 'beforeTrain') this.#isTraining = true
    if (point === 'beforeTrainEpoch') this.#epochs += 1
    if (this.plan.byEpoch && (this.#epochs > 1 || point === 'afterTrain')) this.cancel()
  }

  /** Training is counted by its own iterations, a lone validation or test by theirs. */
  #isStep(point: string): boolean {
    if (this.#isTraining) return point === 'afterTrainIter'
    return point === 'afterValIter' || point === 'afterTestIter'
  }

  #countStep(): void {
    if (this.#isOver) return
    this.#sampleMemory()
    const step = this.#steps++
    if (this.plan.endsCycle(step)) this.#takeProfile()
    if (this.plan.isOverAfter(this.#steps) || this.#isTooLong()) this.cancel()
    else this.#record()
  }

  // A report between two cycles takes its time, so the next recording begins after it.
  #record(): void {
    if (this.#ready.length === 0 && this.plan.records(this.#steps)) this.#recorder.start()
  }

  #sampleMemory(): void {
    if (!this.#recorder.isRecording || this.context.memory === undefined) return
    this.#memory.push({ time: this.#recorder.now(), ...this.context.memory() })
  }

  #takeProfile(): void {
    if (!this.#recorder.isRecording) return
    this.#cycles += 1
    const profile = new Profile(this.context.origin, this.#cycles, this.#recorder.take(), this.#memory)
    this.#memory = []
    this.#ready.push(profile)
  }

  get #hasNews(): boolean {
    return this.#ready.length > 0 || (this.#isOver && !this.#hasEnded)
  }

  async #reportAt(point: string): Promise<void> {
    try {
      await this.#report()
    } catch (error) {
      const { name, version } = packageInfo
      throw new HookError('ProfilerHook', point, this.context.place(), `${name} ${version}`, error)
    }
    if (!this.#isOver) this.#record()
  }

  /** Reports everything, whatever fails; then throws the first failure. */
  async #report(): Promise<void> {
    const tasks = this.#ready.splice(0).map((profile) => () => this.reporter.report(profile))
    if (this.#isOver && !this.#hasEnded) {
      this.#hasEnded = true
      tasks.push(() => this.reporter.end(this.#steps))
    }
    const failures: unknown[] = []
    for (const task of tasks) await task().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }

  #isTooLong(): boolean {
    const { mostSpans = 1_000_000 } = this.context
    if (this.#recorder.count <= mostSpans) return false
    this.reporter.warn(
      `profiling ends after ${this.#steps} iterations, because ${mostSpans} spans fill the memory; ` +
        'profile less, such as byEpoch: false, profileTimes: 100, or give a schedule',
    )
    return true
  }
}
