import type { MaybePromise } from '../data/dataset.js'
import type { Logger } from '../logging/logger.js'
import type { Predictions, StepOutputs } from '../model/model.js'
import type { EvalStep } from './eval-step.js'
import type { AverageKeeper } from './kept-average.js'
import type { TrainStep } from './train-step.js'

/**
 * Whether training steps are compiled: `'auto'` where that is safe, with a line in the log that says why where it is not;
 * `true` makes it an error where they cannot be; `false` never.
 */
export type CompileMode = boolean | 'auto'

export interface StepCompilerContext {
  readonly mode: Exclude<CompileMode, false>
  readonly logger: Logger
}

/** Runs training steps in another way than one operation at a time. Packages register one, such as `@hookloop/compile`. */
export interface StepCompiler extends Partial<AverageKeeper> {
  /** Makes a training step, in whatever way. */
  trainStep(step: TrainStep): MaybePromise<StepOutputs>
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
}

/** One compiled form of a step: there is one per shape of batch and way of updating. */
export interface CompiledGraph {
  readonly step: 'trainStep' | 'valStep' | 'testStep'
  /** Such as `inputs: float32 [64, 28, 28, 1], labels: int32 [64]`. */
  readonly batch: string
  readonly operations: number
  /** Milliseconds that making and loading it took. */
  readonly loadMs: number
  readonly runs: number
}
