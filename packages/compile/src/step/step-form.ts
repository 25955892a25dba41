import type { KeptAverage, MaybePromise } from '@hookloop/core'
import type { Obstacle } from '@hookloop/optim'
import type { Tensor } from '@tensorflow/tfjs-core'
import { agreedRecording } from '../recording/agreed-recording.js'
import { changeSince } from '../recording/compare.js'
import type { Recording } from '../recording/recording.js'
import { rehearse } from '../recording/rehearse.js'
import type { NativeBackend } from '../tensorflow/native-backend.js'
import type { AnyStep } from './any-step.js'
import type { TimedStep } from './call-size.js'
import { CompiledStep } from './compiled-step.js'
import type { LookBudget } from './look-budget.js'
import { Looks } from './looks.js'
import type { PlannedPass } from './planned-pass.js'
import { StepChanges } from './step-changes.js'
import type { StepQueue } from './step-queue.js'

/** A step that is about to be made, and what it is made from. */
export interface StepCall<Outputs> {
  readonly step: AnyStep<Outputs>
  readonly tensors: readonly Tensor[]
  readonly passes: readonly PlannedPass[]
  /** There where it may be computed with later ones. */
  readonly sizeOfCall?: SizeOfCall | undefined
}

/** Decides how many steps run as one call; undefined as long as it cannot. */
export type SizeOfCall = (step: TimedStep) => number | undefined

/** The methods of a model that are compiled. */
export type StepName = 'trainStep' | 'valStep' | 'testStep'

/** The step for batches of one shape and updates of one kind. */
export class StepForm<Outputs> {
  /** Why it is not compiled, and will not be. */
  obstacle: string | undefined
  compiled: CompiledStep<Outputs> | undefined
  compiledRuns = 0
  /** Milliseconds of all rehearsals. */
  recordMs = 0
  /** Why its graph is not its first one. */
  cause: string | undefined
  readonly #looks: Looks
  readonly #changes = new StepChanges()
  /** Of a step without operations, which runs as it is: a call would only cost. */
  #idle: Recording | undefined
  #idleRuns = 0

  /** Steps that run as one call, once it is decided. */
  callSize: number | undefined

  constructor(
    private readonly native: NativeBackend,
    private readonly queue: StepQueue,
    private readonly budget: LookBudget,
    readonly name: StepName,
    readonly batch: string,
    private readonly averages: readonly KeptAverage[] = [],
    private readonly sideBySide = 1,
  ) {
    this.#looks = new Looks(budget)
  }

  /** How the step was found to be another than recorded, at the last time; undefined where it never was. */
  get change(): string | undefined {
    return this.#changes.last
  }

  run(call: StepCall<Outputs>): MaybePromise<Outputs> {
    if (this.obstacle === undefined) this.#prepare(call)
    const { compiled } = this
    if (
      compiled !== undefined &&
      call.sizeOfCall !== undefined &&
      compiled.mostSteps > 1 &&
      compiled.canWait
    ) {
      const outputs = compiled.wait(call.tensors, call.passes, call.step)
      this.compiledRuns += 1
      return outputs
    }
    this.queue.settle()
    const done = compiled === undefined ? undefined : this.#runCompiled(compiled, call)
    if (this.#idle !== undefined) this.#idleRuns += 1
    return done === undefined ? call.step.run() : done.outputs
  }

  get #numRuns(): number {
    return this.compiledRuns + this.#idleRuns
  }

  dispose(): void {
    this.compiled?.dispose()
    this.compiled = undefined
  }

  #prepare(call: StepCall<Outputs>): void {
    if (this.compiled?.isValid === false) {
      this.dispose()
      this.cause = 'a tensor that the graph held as a constant was disposed'
    }
    const known = this.compiled?.recording ?? this.#idle
    if (known === undefined) this.#compile(call)
    else if (this.#looks.isDue(this.#numRuns, call.step.epoch)) this.#look(known, call)
    if (this.compiled !== undefined && this.callSize === undefined) this.#enlarge(this.compiled, call)
  }

  #compile(call: StepCall<Outputs>): void {
    this.queue.settle()
    const rehearse = (draw: number) => this.#rehearse(call, draw)
    const { isOpen } = this.#changes
    const recording = isOpen ? this.#changes.confirm(rehearse(1)) : agreedRecording(rehearse)
    if (recording === undefined) return
    if ('obstacle' in recording) {
      this.#giveUp(recording.obstacle)
      return
    }
    if (isOpen) this.cause = this.change
    this.#looks.restart(this.#numRuns, call.step.epoch)
    this.#idle = isIdle(recording) ? recording : undefined
    if (this.#idle === undefined) this.#load(recording, call, this.callSize ?? 1)
  }

  /** Makes the graph one of several steps, once that is known to be worth it. */
  #enlarge(compiled: CompiledStep<Outputs>, call: StepCall<Outputs>): void {
    const mostSteps = compiled.canWait ? call.sizeOfCall?.(compiled) : 1
    this.callSize = mostSteps
    if (mostSteps === undefined || mostSteps === 1) return
    this.dispose()
    this.cause = `${mostSteps} steps run as one call now`
    this.#load(compiled.recording, call, mostSteps)
  }

  #load(recording: Recording, call: StepCall<Outputs>, mostSteps: number): void {
    const batch = call.tensors.map(({ shape, dataId }) => ({
      shape,
      dtype: this.native.tensorMap.get(dataId).dtype,
    }))
    try {
      const { averages, sideBySide } = this
      const source = { recording, batch, passes: call.passes, averages, mostSteps, sideBySide }
      this.compiled = new CompiledStep(this.native, this.queue, source)
    } catch (error) {
      this.#giveUp(`TensorFlow does not take the graph: ${firstLine(error)}`)
    }
  }

  /** Sees whether the step is still what was recorded. Where it is another, it runs eagerly, and the next may be recorded anew. */
  #look(recording: Recording, call: StepCall<Outputs>): void {
    this.queue.settle()
    const [runs, spent] = [this.#numRuns, this.recordMs]
    const now = this.#rehearse(call, 1)
    this.budget.spend(this.recordMs - spent)
    const found = changeSince(recording, now)
    if (found === undefined) this.#looks.note(runs, call.step.epoch)
    else if (this.#idle !== undefined) this.#compile(call)
    else {
      this.dispose()
      this.obstacle = this.#changes.note(recording, now, {
        found,
        runs,
        unseen: this.#looks.runsUnseen(runs),
      })
    }
  }

  #rehearse({ step, passes }: StepCall<Outputs>, draw: number): Recording | Obstacle {
    const begin = performance.now()
    const recording = rehearse(this.native, passes, step, draw)
    this.recordMs += performance.now() - begin
    return recording
  }

  /** @returns undefined where nothing was done, so that the step is to be run eagerly */
  #runCompiled(
    compiled: CompiledStep<Outputs>,
    { step, tensors, passes }: StepCall<Outputs>,
  ): { readonly outputs: Outputs } | undefined {
    try {
      // What a check has ended is left to the eager step, which knows what to do or to say about it.
      const done = compiled.run(tensors, passes, step)
      if (done !== undefined) this.compiledRuns += 1
      return done
    } catch (error) {
      if (this.compiledRuns > 0) return step.fail(error)
      this.#giveUp(`TensorFlow cannot run the graph: ${firstLine(error)}`)
      return undefined
    }
  }

  #giveUp(obstacle: string): void {
    this.obstacle = obstacle
    this.dispose()
  }
}

function isIdle({ nodes, written }: Recording): boolean {
  return written.size === 0 && nodes.every(({ kind }) => kind === 'const')
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
