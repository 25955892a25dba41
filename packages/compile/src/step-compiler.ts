import {
  type CompileReport,
  type DataBatch,
  disposeTensors,
  type EvalStep,
  HookloopError,
  type KeptAverage,
  type MaybePromise,
  type Model,
  type Predictions,
  type StepCompiler,
  type StepCompilerContext,
  type StepOutputs,
  type TrainStep,
} from '@hookloop/core'
import type { Obstacle } from '@hookloop/optim'
import { getBackend, type Tensor } from '@tensorflow/tfjs-core'
import { judging, training } from './step/any-step.js'
import { batchTensors, describeBatch } from './step/batch-tensors.js'
import { planPasses } from './step/planned-pass.js'
import { type StepCall, StepForm, type StepName } from './step/step-form.js'
import { StepForms } from './step/step-forms.js'
import { type NativeBackend, nativeBackend } from './tensorflow/native-backend.js'

/** What steps of every kind are compiled from. */
interface Ingredients {
  readonly native: NativeBackend
  readonly tensors: readonly Tensor[]
}

/**
 * Runs steps as one call of TensorFlow. The first step of each form is rehearsed operation by operation until two
 * rehearsals agree; what they did is the graph that runs from then on, from the first step. Now and then a step is
 * rehearsed again, to see that it is still the same.
 */
export class ModelStepCompiler implements StepCompiler {
  readonly #training = new StepForms<StepOutputs>()
  readonly #judging = new StepForms<Predictions>()
  readonly #obstacles = new Set<string>()
  #steps = 0
  #compiledSteps = 0
  #model: Model | undefined
  #averages: readonly KeptAverage[] = []
  /** Where the values of parameters are: the form of the last training step, where that ran as a graph. */
  #lastForm: StepForm<StepOutputs> | undefined

  constructor(private readonly context: StepCompilerContext) {}

  trainStep(step: TrainStep): MaybePromise<StepOutputs> {
    this.#steps += 1
    this.#lastForm = undefined
    const ingredients = ingredientsOf(step)
    const passes = planPasses(step.optimWrapper)
    if ('obstacle' in ingredients) return this.#goWithout(ingredients, step)
    if ('obstacle' in passes) return this.#goWithout(passes, step)
    this.#watch(step.model)
    const batch = describeBatch(step.batch)
    const key = passes.reduce((text, { plan }) => `${text}|${plan.branch}`, batch)
    const form = this.#training.of(
      key,
      () => new StepForm(ingredients.native, 'trainStep', batch, this.#averages),
    )
    const { compiledRuns, obstacle } = form
    const outputs = this.#run(form, { step: training(step), tensors: ingredients.tensors, passes })
    if (form.compiledRuns > compiledRuns) {
      this.#compiledSteps += 1
      this.#lastForm = form
    }
    if (form.obstacle !== undefined && form.obstacle !== obstacle && this.context.mode === true) {
      disposeTensors(outputs)
      throw refusal(form.obstacle)
    }
    return outputs
  }

  evalStep(step: EvalStep): MaybePromise<Predictions> {
    const ingredients = ingredientsOf(step)
    if ('obstacle' in ingredients) {
      this.#tell(ingredients.obstacle)
      return step.run()
    }
    this.#watch(step.model)
    const batch = describeBatch(step.batch)
    const form = this.#judging.of(
      `${step.name}|${batch}`,
      () => new StepForm(ingredients.native, step.name, batch),
    )
    return this.#run(form, { step: judging(step), tensors: ingredients.tensors, passes: [] })
  }

  keepAverages(averages: readonly KeptAverage[]): void {
    if (isSame(averages, this.#averages)) return
    // They are a part of the graphs.
    this.#training.dispose()
    this.#averages = averages
  }

  followAverages(share: number | undefined): boolean {
    const compiled = this.#lastForm?.compiled
    compiled?.followAverages(share)
    return compiled !== undefined
  }

  report(): CompileReport {
    const graphs = [...this.#training.all, ...this.#judging.all].flatMap(
      ({ name, compiled, batch, compiledRuns }) =>
        compiled === undefined
          ? []
          : [
              {
                step: name,
                batch,
                runs: compiledRuns,
                operations: compiled.operations,
                loadMs: compiled.loadMs,
              },
            ],
    )
    const eagerSteps = this.#steps - this.#compiledSteps
    return { compiledSteps: this.#compiledSteps, eagerSteps, graphs, obstacles: [...this.#obstacles] }
  }

  dispose(): void {
    this.#training.dispose()
    this.#judging.dispose()
  }

  /** Another model, such as a wrapper that a hook put in its place, makes other steps. */
  #watch(model: Model): void {
    if (model !== this.#model) this.dispose()
    this.#model = model
  }

  #goWithout({ obstacle, isPassing }: Obstacle, step: TrainStep): MaybePromise<StepOutputs> {
    if (isPassing !== true && this.context.mode === true) throw refusal(obstacle)
    if (isPassing !== true) this.#tell(obstacle)
    return step.run()
  }

  #run<Outputs>(form: StepForm<Outputs>, call: StepCall<Outputs>): MaybePromise<Outputs> {
    const { compiled, obstacle, compiledRuns } = form
    const outputs = form.run(call)
    if (form.compiled !== undefined && form.compiled !== compiled)
      this.#announce(form.name, form.compiled.operations, form.batch)
    if (form.obstacle !== undefined && form.obstacle !== obstacle)
      this.#tell(form.obstacle, form.name, compiledRuns)
    return outputs
  }

  #announce(name: StepName, operations: number, batch: string): void {
    this.context.logger.info(`compiled: ${operations} operations of ${name} run as one call (${batch})`)
  }

  /**
   * Says once why steps run operation by operation.
   * @param compiledRuns steps of the kind that ran as a graph before
   */
  #tell(obstacle: string, name: StepName = 'trainStep', compiledRuns = 0): void {
    if (this.#obstacles.has(obstacle)) return
    this.#obstacles.add(obstacle)
    const text = `not compiled, ${name} runs operation by operation: ${obstacle}`
    if (compiledRuns === 0) this.context.logger.info(text)
    else this.context.logger.warn(`${text}. Up to half of the steps before may have gone on with old values`)
  }
}

function isSame(some: readonly KeptAverage[], others: readonly KeptAverage[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ average, live, isMoved }, index) => {
      const other = others[index]
      return average === other?.average && live === other.live && isMoved === other.isMoved
    })
  )
}

function ingredientsOf({ model, batch }: { model: Model; batch: DataBatch }): Ingredients | Obstacle {
  const native = nativeBackend()
  if (native === undefined) return { obstacle: `the engine is ${getBackend()}, and only tfjs-node compiles` }
  if (model.asyncSteps === true) return { obstacle: 'the steps of the model are asynchronous' }
  const tensors = batchTensors(batch)
  return 'obstacle' in tensors ? tensors : { native, tensors }
}

function refusal(obstacle: string): HookloopError {
  return new HookloopError(
    'HL_COMPILE_OBSTACLE',
    `trainCfg.compile is true, but the training step cannot be compiled: ${obstacle}. ` +
      "Leave compile out, or give 'auto', and steps run operation by operation",
  )
}
