import { type CompileMode, type CompileReport, Hook, type Runner } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'
import type { Task } from './task.js'
import { weightsOf, withRunner } from './with-runner.js'

/** What a run left. */
export interface Trained {
  readonly losses: readonly number[]
  readonly weights: Readonly<Record<string, readonly number[]>>
  readonly report: CompileReport | undefined
  readonly log: string
}

class LossRecorder extends Hook {
  readonly losses: number[] = []
  override afterTrainIter(
    _runner: Runner,
    _batchIdx: number,
    _batch: unknown,
    outputs?: Record<string, unknown>,
  ) {
    const loss = outputs?.loss
    if (loss instanceof tf.Tensor) this.losses.push(loss.dataSync()[0] ?? Number.NaN)
  }
}

/** Trains for some epochs of short runs. */
export function train(task: Task, compile: CompileMode): Promise<Trained> {
  const recorder = new LossRecorder()
  const recorded = { ...task, hooks: () => [recorder, ...(task.hooks?.() ?? [])] }
  return withRunner(recorded, { compile }, async ({ runner, model, log }) => {
    await runner.train()
    return {
      losses: recorder.losses,
      weights: weightsOf(model),
      report: runner.compileReport(),
      log: log(),
    }
  })
}
