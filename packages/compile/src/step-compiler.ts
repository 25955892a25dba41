import {
  type CompileReport,
  disposeTensors,
  HookloopError,
  type MaybePromise,
  type Model,
  type StepCompiler,
  type StepCompilerContext,
  type StepOutputs,
  type TrainStep,
} from '@hookloop/core'
import type { Obstacle } from '@hookloop/optim'
import { getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { batchTensors, describeBatch } from './step/batch-tensors.js'
import { type PlannedPass, planPasses } from './step/planned-pass.js'
import { StepForm } from './step/step-form.js'
import { StepForms } from './step/step-forms.js'
import { type NativeBackend, nativeBackend } from './tensorflow/native-backend.js'

/** What a step is compiled from. */
interface Ingredients {
  readonly native: NativeBackend
  readonly tensors: readonly Tensor[]
  readonly passes: readonly PlannedPass[]
}

/**
 * Runs training steps as one call of TensorFlow. The first step of each form is rehearsed operation by operation until two
 * rehearsals agree; what they did is the graph that runs from then on, from the first step. Now and then a step is
 * rehearsed again, to see that it is still the same.
 */
export class TrainStepCompiler implements StepCompiler {
  readonly #forms = new StepForms()
  readonly #obstacles = new Set<string>()
  #steps = 0
  #compiledSteps = 0
  #model: Model | undefined

  constructor(private readonly context: StepCompilerContext) {}

  trainStep(step: TrainStep): MaybePromise<StepOutputs> {
    this.#steps += 1
    const ingredients = ingredientsOf(step)
    if ('obstacle' in ingredients) {
      if (ingredients.isPassing !== true) this.#tell(ingredients.obstacle)
      return step.run()
    }
    // Another model, such as a wrapper that a hook put in its place, is another step.
    if (step.model !== this.#model) this.#forms.dispose()
    this.#model = step.model
    return this.#train(ingredients, step)
  }

  report(): CompileReport {
    const graphs = this.#forms.all.flatMap(({ compiled, batch, compiledRuns: runs }) =>
      compiled === undefined
        ? []
        : [{ batch, runs, operations: compiled.operations, loadMs: compiled.loadMs }],
    )
    const eagerSteps = this.#steps - this.#compiledSteps
    return { compiledSteps: this.#compiledSteps, eagerSteps, graphs, obstacles: [...this.#obstacles] }
  }

  dispose(): void {
    this.#forms.dispose()
  }

  #train({ native, tensors, passes }: Ingredients, step: TrainStep): MaybePromise<StepOutputs> {
    const batch = describeBatch(step.batch)
    const key = passes.reduce((text, { plan }) => `${text}|${plan.branch}`, batch)
    const form = this.#forms.of(key, () => new StepForm(native, batch))
    const { compiled, compiledRuns, obstacle } = form
    const outputs = form.train({ step, tensors, passes })
    if (form.compiledRuns > compiledRuns) this.#compiledSteps += 1
    if (form.compiled !== undefined && form.compiled !== compiled)
      this.#announce(form, form.compiled.operations)
    if (form.obstacle !== undefined && form.obstacle !== obstacle)
      this.#tell(form.obstacle, form.compiledRuns, outputs)
    return outputs
  }

  #announce({ batch }: StepForm, operations: number): void {
    this.context.logger.info(
      `compiled: ${operations} operations of a training step run as one call (${batch})`,
    )
  }

  /**
   * Says once why steps run operation by operation.
   * @param compiledRuns steps of the kind that ran as a graph before
   * @param outputs of the step, which was made all the same
   */
  #tell(obstacle: string, compiledRuns = 0, outputs?: unknown): void {
    const { mode, logger } = this.context
    if (mode === true) {
      disposeTensors(outputs)
      throw new HookloopError(
        'HL_COMPILE_OBSTACLE',
        `trainCfg.compile is true, but the training step cannot be compiled: ${obstacle}. ` +
          "Leave compile out, or give 'auto', and steps run operation by operation",
      )
    }
    if (this.#obstacles.has(obstacle)) return
    this.#obstacles.add(obstacle)
    const text = `not compiled, training steps run operation by operation: ${obstacle}`
    if (compiledRuns === 0) logger.info(text)
    else
      logger.warn(
        `${text}. Up to ${Math.ceil(compiledRuns / 2)} steps before this one may have gone on with old values`,
      )
  }
}

function ingredientsOf({ model, batch, optimWrapper }: TrainStep): Ingredients | Obstacle {
  const native = nativeBackend()
  if (native === undefined) return { obstacle: `the engine is ${getBackend()}, and only tfjs-node compiles` }
  if (model.asyncSteps === true) return { obstacle: 'the steps of the model are asynchronous' }
  const tensors = batchTensors(batch)
  if ('obstacle' in tensors) return tensors
  const passes = planPasses(optimWrapper)
  return 'obstacle' in passes ? passes : { native, tensors, passes }
}
