import type { DataBatch } from '../data/dataset.js'
import { withMathRandom } from '../data/random.js'
import { randomStreams } from '../data/random-streams.js'
import { scoped } from '../engine/scoped.js'
import { describeTensors } from '../engine/tensors.js'
import { HookError } from '../errors/hook-error.js'
import { HookloopError } from '../errors/hookloop-error.js'
import { StepError } from '../errors/run-errors.js'
import type { Model } from '../model/model.js'
import type { Runner } from '../runner/runner.js'

type StepName = 'trainStep' | 'valStep' | 'testStep'

/**
 * Runs one step of a model: in a tfjs scope that frees what the step does not return, and with random numbers
 * that depend on seed and iteration only, so that a resumed run draws the same.
 * @param random in the place of `Math.random`; see {@link stepSeeds}
 * @throws a {@link StepError} for whatever the step throws, unless a hook failed inside it
 */
export function runStep<Result>(
  runner: Runner,
  name: StepName,
  batch: DataBatch,
  random: () => number,
  step: (model: Model) => Result | Promise<Result>,
): Result | Promise<Result> {
  const { model } = runner
  try {
    if (model.asyncSteps !== true) {
      return withMathRandom(random, () => scoped(() => synchronous(model, name, step(model))))
    }
    const result = withMathRandom(random, () => step(model))
    if (!(result instanceof Promise)) return result
    return result.catch((error: unknown) => failStep(runner, name, batch, error))
  } catch (error) {
    return failStep(runner, name, batch, error)
  }
}

/** What the random numbers of a step depend on. @param draw other numbers than 0 give other random numbers */
export function stepSeeds(runner: Runner, name: StepName, batchIdx: number, draw: number): readonly number[] {
  const seeds = [runner.seed, randomStreams[name], runner.iter, batchIdx]
  return draw === 0 ? seeds : [...seeds, draw]
}

/** @throws a {@link StepError} that says where the step failed, unless a hook failed inside it */
export function failStep(runner: Runner, name: StepName, batch: DataBatch, cause: unknown): never {
  if (cause instanceof HookError) throw cause
  throw new StepError(name, { epoch: runner.epoch, iter: runner.iter }, describeTensors(batch), cause)
}

function synchronous<Result>(model: Model, name: StepName, result: Result): Result {
  if (!(result instanceof Promise)) return result
  // Its tensors are freed below; what it says about that is not the point.
  result.catch(() => undefined)
  throw new HookloopError(
    'HL_STEP_ASYNC',
    `${name} of ${model.constructor.name} returned a promise; set \`asyncSteps = true\` on a model whose steps wait, ` +
      'and free the tensors that they make yourself',
  )
}
