import type {
  DataBatch,
  EvalStep,
  MaybePromise,
  Model,
  Predictions,
  StepOutputs,
  TrainStep,
} from '@hookloop/core'
import { listening, type Update } from '../recording/listening-wrapper.js'

/** A step of any kind, as rehearsals and graphs see it. */
export interface AnyStep<Outputs> {
  run(): MaybePromise<Outputs>
  readonly model: Model
  readonly batch: DataBatch
  /** Of training; or which of the validations and tests of the run it is. */
  readonly epoch: number
  /**
   * @param update does what `updateParams` of an optimizer would do
   * @param random gives the numbers of `Math.random`
   */
  rehearse(update: Update, random: () => number, batch: DataBatch): MaybePromise<Outputs>
  /** Gives the numbers that `Math.random` gives while the step runs; other ones for a draw other than 0. */
  random(draw?: number): () => number
  /** @throws an error that says where the step failed */
  fail(cause: unknown): never
}

export function training(step: TrainStep): AnyStep<StepOutputs> {
  return {
    run: () => step.run(),
    model: step.model,
    batch: step.batch,
    epoch: step.epoch,
    rehearse: (update, random, batch) => step.run(listening(step.optimWrapper, update), random, batch),
    random: (draw) => step.random(draw),
    fail: (cause) => step.fail(cause),
  }
}

/** @param epoch counts validations and tests */
export function judging(step: EvalStep, epoch: number): AnyStep<Predictions> {
  return {
    run: () => step.run(),
    model: step.model,
    batch: step.batch,
    epoch,
    rehearse: (_update, random, batch) => step.run(random, batch),
    random: (draw) => step.random(draw),
    fail: (cause) => step.fail(cause),
  }
}
