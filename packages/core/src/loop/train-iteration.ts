import type { DataBatch } from '../data/dataset.js'
import { disposeTensors } from '../engine/tensors.js'
import type { StepOutputs } from '../model/model.js'
import type { OptimWrapper } from '../optim/optim-wrapper.js'
import type { Runner } from '../runner/runner.js'
import { runStep } from './step.js'

/** Receives what a training loop must remember while an iteration runs. */
export interface IterationCounter {
  /** The parameters were updated: from here on the iteration counts as done, whatever hooks do. */
  markStepDone(): void
}

/** One training iteration: hooks, step, hooks. Owns the batch and the outputs. */
export async function runTrainIteration(
  runner: Runner,
  optimWrapper: OptimWrapper,
  counter: IterationCounter,
  batchIdx: number,
  batch: DataBatch,
): Promise<void> {
  const { fire } = runner.hooks
  let outputs: StepOutputs | undefined
  try {
    const before = fire.beforeTrainIter(runner, batchIdx, batch)
    if (before instanceof Promise) await before
    const stepped = runStep(runner, 'trainStep', batchIdx, batch, (model) =>
      model.trainStep(batch, optimWrapper),
    )
    outputs = stepped instanceof Promise ? await stepped : stepped
    counter.markStepDone()
    recordLogValues(runner, optimWrapper)
    const after = fire.afterTrainIter(runner, batchIdx, batch, outputs)
    if (after instanceof Promise) await after
  } finally {
    disposeTensors(batch)
    disposeTensors(outputs)
  }
}

function recordLogValues(runner: Runner, optimWrapper: OptimWrapper): void {
  const values = optimWrapper.takeLogValues?.()
  if (values === undefined) return
  for (const name in values) {
    const value = values[name]
    if (value !== undefined) runner.messageHub.updateScalar(`train/${name}`, value)
  }
  disposeTensors(values)
}
