import {
  type CompileReport,
  type DataBatch,
  disposeTensors,
  HookloopError,
  type MaybePromise,
  type Model,
  type OptimWrapper,
  type StepCompiler,
  type StepCompilerContext,
  type StepOutputs,
} from '@hookloop/core'
import type { Obstacle } from '@hookloop/optim'
import { getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { batchTensors, describeBatch } from './step/batch-tensors.js'
import { type PlannedPass, planPasses } from './step/planned-pass.js'
import { type StepCall, StepForm } from './step/step-form.js'
import { StepForms } from './step/step-forms.js'
import { type NativeBackend, nativeBackend } from './tensorflow/native-backend.js'

type RunEagerly = (optimWrapper: OptimWrapper, draw?: number) => MaybePromise<StepOutputs>

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

  trainStep(
    model: Model,
    batch: DataBatch,
    optimWrapper: OptimWrapper,
    runEagerly: RunEagerly,
  ): MaybePromise<StepOutputs> {
    this.#steps += 1
    const ingredients = ingredientsOf(model, batch, optimWrapper)
    if ('obstacle' in ingredients) {
      if (ingredients.isPassing !== true) this.#tell(ingredients.obstacle)
      return runEagerly(optimWrapper)
    }
    // Another model, such as a wrapper that a hook put in its place, is another step.
    if (model !== this.#model) this.#forms.dispose()
    this.#model = model
    return this.#train(ingredients, batch, optimWrapper, runEagerly)
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

  #train(
    { native, tensors, passes }: Ingredients,
    batch: DataBatch,
    optimWrapper: OptimWrapper,
    runEagerly: RunEagerly,
  ): StepOutputs {
    const shapes = describeBatch(batch)
    const key = passes.reduce((text, { plan }) => `${text}|${plan.branch}`, shapes)
    const form = this.#forms.of(key, () => new StepForm(native, shapes))
    const { compiled, compiledRuns } = form
    const outputs = form.train({ batch: tensors, passes, optimWrapper, runEagerly: synchronous(runEagerly) })
    if (form.compiledRuns > compiledRuns) this.#compiledSteps += 1
    if (form.compiled !== undefined && form.compiled !== compiled)
      this.#announce(form, form.compiled.operations)
    if (form.obstacle !== undefined) this.#tell(form.obstacle, outputs)
    return outputs
  }

  #announce({ batch }: StepForm, operations: number): void {
    this.context.logger.info(
      `compiled: ${operations} operations of a training step run as one call (${batch})`,
    )
  }

  /** Says once why steps run operation by operation. @param outputs of a step that was made all the same */
  #tell(obstacle: string, outputs?: StepOutputs): void {
    if (this.context.mode === true) {
      disposeTensors(outputs)
      throw new HookloopError(
        'HL_COMPILE_OBSTACLE',
        `trainCfg.compile is true, but the training step cannot be compiled: ${obstacle}. ` +
          "Leave compile out, or give 'auto', and steps run operation by operation",
      )
    }
    if (this.#obstacles.has(obstacle)) return
    this.#obstacles.add(obstacle)
    this.context.logger.info(`not compiled, training steps run operation by operation: ${obstacle}`)
  }
}

function ingredientsOf(model: Model, batch: DataBatch, optimWrapper: OptimWrapper): Ingredients | Obstacle {
  const native = nativeBackend()
  if (native === undefined) return { obstacle: `the engine is ${getBackend()}, and only tfjs-node compiles` }
  if (model.asyncSteps === true) return { obstacle: 'the steps of the model are asynchronous' }
  const tensors = batchTensors(batch)
  if ('obstacle' in tensors) return tensors
  const passes = planPasses(optimWrapper)
  return 'obstacle' in passes ? passes : { native, tensors, passes }
}

/** Steps of models without `asyncSteps` that return promises are an error of the step itself. */
function synchronous(runEagerly: RunEagerly): StepCall['runEagerly'] {
  return (optimWrapper, draw) => {
    const outputs = runEagerly(optimWrapper, draw)
    if (outputs instanceof Promise) throw new TypeError('a synchronous step returned a promise')
    return outputs
  }
}
