import type { EvalStep, MaybePromise, Predictions, StepOutputs, TrainStep } from '@hookloop/core'
import { listening, type Update } from '../recording/listening-wrapper.js'

/** A step of any kind, as rehearsals and graphs see it. */
export interface AnyStep<Outputs> {
  run(): MaybePromise<Outputs>
  /** @param update does what `updateParams` of an optimizer would do */
  rehearse(update: Update, draw: number): MaybePromise<Outputs>
  /** Gives the numbers that `Math.random` gives while the step runs. */
  random(draw?: number): () => number
}

export function training(step: TrainStep): AnyStep<StepOutputs> {
  return {
    run: () => step.run(),
    rehearse: (update, draw) => step.run(listening(step.optimWrapper, update), draw),
    random: (draw) => step.random(draw),
  }
}

export function judging(step: EvalStep): AnyStep<Predictions> {
  return {
    run: () => step.run(),
    rehearse: (_update, draw) => step.run(draw),
    random: (draw) => step.random(draw),
  }
}
