import type { MaybePromise } from '../data/dataset.js'
import type { EngineSettings } from '../engine/engine-settings.js'
import type { Logger } from '../logging/logger.js'
import type { Predictions, StepOutputs } from '../model/model.js'
import type { Recompilation, StepMemory } from './compile-report.js'
import type { EvalStep } from './eval-step.js'
import type { AverageKeeper } from './kept-average.js'
import type { TrainStep } from './train-step.js'

/**
 * Whether training steps are compiled: `'auto'` where that is safe, with a line in the log that says why where it is not;
 * `true` makes it an error where they cannot be; `false` never.
 */
export type CompileMode = boolean | 'auto'

/** So many training steps run as one call at most; `'auto'` decides by what a step takes. */
export type StepsPerCall = number | 'auto'

/** What a step compiler is built from. */
export interface StepCompilerContext {
  readonly mode: Exclude<CompileMode, false>
  readonly stepsPerCall: StepsPerCall
  /** What the engine computes with. */
  readonly settings: EngineSettings
  readonly logger: Logger
}

/** Runs training steps in another way than one operation at a time. Packages register one, such as `@hookloop/compile`. */
export interface StepCompiler extends Partial<AverageKeeper> {
  /**
   * Makes a training step, in whatever way.
   * @param mayWait it may be left until it is computed together with later ones. What it returns and writes are promises then,
   * which reading makes come true; the tensors of its batch must live until it is computed
   */
  trainStep(step: TrainStep, mayWait: boolean): MaybePromise<StepOutputs>
  /** So many steps run as one call at most. */
  readonly mostSteps: number
  /** Steps that wait. */
  readonly waitingSteps: number
  /**
   * Computes the steps that wait.
   * @returns how many of the newest were taken back, since the last call of this: the first of them has failed, or its loss is
   * not finite. They have changed nothing, and are to be made again one by one
   */
  computeWaiting(): number
  /** For loops: tells why steps may not wait, in words that go on after "because". */
  keepSingle(reason: string): void
  /** Makes a step of a validation or a test. */
  evalStep(step: EvalStep): MaybePromise<Predictions>
  report(): CompileReport
  /** Frees what was compiled; parameters keep their values. */
  dispose(): void
}

/** What became of the steps of a run. */
export interface CompileReport {
  /** Training steps that ran as one call. */
  readonly compiledSteps: number
  /** Training steps that ran operation by operation. */
  readonly eagerSteps: number
  readonly graphs: readonly CompiledGraph[]
  /** Why steps were not compiled, each reason once. */
  readonly obstacles: readonly string[]
  /** Training steps of the largest call so far. */
  readonly stepsPerCall: number
  /** Why training steps run one per call, each reason once. */
  readonly singleSteps: readonly string[]
  /** Milliseconds that rehearsals took: before graphs were made, those that came to nothing, and looks at whether a step is still the same. */
  readonly recordMs: number
  /** Milliseconds that making and loading graphs took, of those too that are gone. */
  readonly loadMs: number
  /** Why there is more than one graph of a step, in the order in which they were made. */
  readonly recompilations: readonly Recompilation[]
}

/** One compiled form of a step: there is one per shape of batch and way of updating. */
export interface CompiledGraph {
  readonly step: 'trainStep' | 'valStep' | 'testStep'
  /** Such as `inputs: float32 [64, 28, 28, 1], labels: int32 [64]`. */
  readonly batch: string
  readonly operations: number
  /** Milliseconds that rehearsals of it took, later looks at whether it is still the same among them. */
  readonly recordMs: number
  /** Milliseconds that making and loading it took. */
  readonly loadMs: number
  readonly memory: StepMemory
  /** Steps that it has computed. */
  readonly runs: number
  /** So many steps run as one call of it at most. */
  readonly stepsPerCall: number
}
