import type { DataBatch, EvalStep, MaybePromise, Predictions, StepOutputs, TrainStep } from '@hookloop/core'
import { listening, type Update } from '../recording/listening-wrapper.js'

/** A step of any kind, as rehearsals and graphs see it. */
export interface AnyStep<Outputs> {
  run(): MaybePromise<Outputs>
  readonly batch: DataBatch
  /** @param update does what `updateParams` of an optimizer would do */
  rehearse(update: Update, draw: number, batch: DataBatch): MaybePromise<Outputs>
  /** Gives the numbers that `Math.random` gives while the step runs. */
  random(draw?: number): () => number
  /** @throws an error that says where the step failed */
  fail(cause: unknown): never
}

export function training(step: TrainStep): AnyStep<StepOutputs> {
  return {
    run: () => step.run(),
    batch: step.batch,
    rehearse: (update, draw, batch) => step.run(listening(step.optimWrapper, update), draw, batch),
    random: (draw) => step.random(draw),
    fail: (cause) => step.fail(cause),
  }
}

export function judging(step: EvalStep): AnyStep<Predictions> {
  return {
    run: () => step.run(),
    batch: step.batch,
    rehearse: (_update, draw, batch) => step.run(draw, batch),
    random: (draw) => step.random(draw),
    fail: (cause) => step.fail(cause),
  }
}
