import { engine } from '@tensorflow/tfjs-core'
import type { DataBatch } from '../data/dataset.js'
import { Random, withSeededMathRandom } from '../data/random.js'
import { describeTensors } from '../engine/tensors.js'
import { StepError } from '../errors/run-errors.js'
import type { Model } from '../model/model.js'
import type { Runner } from '../runner/runner.js'

type StepName = 'trainStep' | 'valStep' | 'testStep'

/** Separates the random numbers of steps from those of datasets, which have the same seed. */
const streams: Readonly<Record<StepName, number>> = { trainStep: 11, valStep: 12, testStep: 13 }

/**
 * Runs one step of a model: in a tfjs scope that frees what the step does not return, and with random numbers
 * that depend on seed and iteration only, so that a resumed run draws the same.
 */
export function runStep<Result>(
  runner: Runner,
  name: StepName,
  batchIdx: number,
  batch: DataBatch,
  step: (model: Model) => Result | Promise<Result>,
): Result | Promise<Result> {
  const { model } = runner
  const fail = (error: unknown): never => {
    throw new StepError(name, { epoch: runner.epoch, iter: runner.iter }, describeTensors(batch), error)
  }
  try {
    if (model.asyncSteps === true) return Promise.resolve(step(model)).catch(fail)
    const random = new Random(runner.seed, runner.iter, batchIdx, streams[name])
    return withSeededMathRandom(random, () => scoped(() => step(model)))
  } catch (error) {
    return fail(error)
  }
}

// `tidy` does the same but accepts only tensors and containers of them as results.
function scoped<Result>(action: () => Result): Result {
  engine().startScope()
  let result: Result | undefined
  try {
    result = action()
    return result
  } finally {
    engine().endScope(isContainer(result) ? result : undefined)
  }
}

function isContainer(value: unknown): value is Parameters<ReturnType<typeof engine>['endScope']>[0] {
  return typeof value === 'object' && value !== null
}
