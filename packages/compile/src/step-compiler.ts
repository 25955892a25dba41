import { availableParallelism } from 'node:os'
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
import { Recompilations } from './report/recompilations.js'
import { Told } from './report/told.js'
import { updateKindOf } from './report/update-kind.js'
import { type AnyStep, judging, training } from './step/any-step.js'
import { batchTensors, describeBatch } from './step/batch-tensors.js'
import { callSize, largestCallSize } from './step/call-size.js'
import { LookBudget } from './step/look-budget.js'
import { type PlannedPass, planPasses } from './step/planned-pass.js'
import { type SizeOfCall, type StepCall, StepForm, type StepName } from './step/step-form.js'
import { StepForms, tooManyForms } from './step/step-forms.js'
import { StepQueue } from './step/step-queue.js'
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
  readonly #training: StepForms<StepOutputs>
  readonly #judging: StepForms<Predictions>
  readonly #told: Told
  readonly #queue = new StepQueue()
  readonly #lookBudget = new LookBudget()
  #lastForm: StepForm<StepOutputs> | undefined
  readonly #recompilations = new Recompilations()
  #steps = 0
  #compiledSteps = 0
  #model: Model | undefined
  #numModels = 0
  /** Validations and tests. */
  #numJudgings = 0
  /** Of all graphs and rehearsals so far. */
  readonly #spent = { recordMs: 0, loadMs: 0 }
  #averages: readonly KeptAverage[] = []
  /** Where the values of parameters are: the form of the last training step, where that ran as a graph. */
  #holder: StepForm<StepOutputs> | undefined

  /** Operations that run side by side with a thread each. */
  readonly #sideBySide: number

  constructor(private readonly context: StepCompilerContext) {
    const { intraOpThreads, interOpThreads = availableParallelism() } = context.settings
    this.#sideBySide = intraOpThreads === 1 ? interOpThreads : 1
    this.#training = new StepForms(context.mode === true)
    this.#judging = new StepForms(context.mode === true)
    this.#told = new Told(context, () => this.#training.all.some(({ compiled }) => compiled !== undefined))
  }

  get mostSteps(): number {
    return this.#lastForm?.obstacle === undefined
      ? (this.#lastForm?.callSize ?? largestCallSize(this.context.stepsPerCall))
      : 1
  }

  get waitingSteps(): number {
    return this.#queue.length
  }

  trainStep(step: TrainStep, mayWait: boolean): MaybePromise<StepOutputs> {
    this.#steps += 1
    this.#holder = undefined
    const ingredients = ingredientsOf(step)
    const passes = planPasses(step.optimWrapper)
    if ('obstacle' in ingredients) return this.#goWithout(ingredients, step)
    if ('obstacle' in passes) return this.#goWithout(passes, step)
    this.#watch(step.model)
    const batch = describeBatch(step.batch)
    const key = passes.reduce((text, { plan }) => `${text}|${plan.branch}`, batch)
    const form = this.#training.of(
      key,
      () =>
        new StepForm(
          ingredients.native,
          this.#queue,
          this.#lookBudget,
          'trainStep',
          batch,
          this.#averages,
          this.#sideBySide,
        ),
    )
    if (this.#training.areTooMany) this.#told.tooManyForms()
    if (form === undefined) return this.#runFormless(step)
    const sizeOfCall = mayWait ? this.#sizeOfCall(form, step, passes) : undefined
    this.#lastForm = form
    const { compiledRuns, obstacle } = form
    const call = { step: training(step), tensors: ingredients.tensors, passes, sizeOfCall }
    const outputs = this.#run(form, call, key)
    if (form.compiledRuns > compiledRuns) {
      this.#compiledSteps += 1
      this.#holder = form
    }
    if (form.obstacle !== undefined && form.obstacle !== obstacle && this.context.mode === true) {
      disposeTensors(outputs)
      throw refusal(form.obstacle)
    }
    return outputs
  }

  evalStep(step: EvalStep): MaybePromise<Predictions> {
    if (step.isFirst) this.#numJudgings += 1
    const ingredients = ingredientsOf(step)
    if ('obstacle' in ingredients) {
      this.#told.obstacle(ingredients.obstacle)
      return step.run()
    }
    this.#watch(step.model)
    const batch = describeBatch(step.batch)
    const key = `${step.name}|${batch}`
    const form = this.#judging.of(
      key,
      () => new StepForm(ingredients.native, this.#queue, this.#lookBudget, step.name, batch),
    )
    if (this.#judging.areTooMany) this.#told.tooManyForms()
    if (form === undefined) return this.#runFormless(step)
    return this.#run(
      form,
      { step: judging(step, this.#numJudgings), tensors: ingredients.tensors, passes: [] },
      key,
    )
  }

  computeWaiting(): number {
    const { length } = this.#queue
    const takenBack = this.#queue.compute()
    this.#steps -= takenBack
    this.#compiledSteps -= takenBack
    if (length > 1 && takenBack === 0 && this.#largestCall === 1)
      this.keepSingle(
        `calls end before they have ${this.mostSteps} steps, and a smaller one is prepared for once it was often wanted`,
      )
    return takenBack
  }

  keepSingle(reason: string): void {
    this.#told.singles.note(reason)
  }

  keepAverages(averages: readonly KeptAverage[]): void {
    if (isSame(averages, this.#averages)) return
    // They are a part of the graphs.
    this.#training.dispose()
    this.#averages = averages
  }

  followAverages(share: number | undefined): boolean {
    const compiled = this.#holder?.compiled
    compiled?.followAverages(share)
    return compiled !== undefined
  }

  report(): CompileReport {
    const graphs = [...this.#training.all, ...this.#judging.all].flatMap(
      ({ name, compiled, batch, compiledRuns, recordMs }) =>
        compiled === undefined
          ? []
          : [
              {
                step: name,
                batch,
                runs: compiledRuns,
                operations: compiled.operations,
                recordMs,
                loadMs: compiled.loadMs,
                stepsPerCall: compiled.mostSteps,
                memory: compiled.memory,
              },
            ],
    )
    const eagerSteps = this.#steps - this.#compiledSteps
    return {
      compiledSteps: this.#compiledSteps,
      eagerSteps,
      graphs,
      obstacles: [...this.#told.obstacles],
      stepsPerCall: this.#largestCall,
      singleSteps: this.#told.singles.reasons,
      ...this.#spent,
      recompilations: [...this.#recompilations.all],
    }
  }

  dispose(): void {
    this.#training.dispose()
    this.#judging.dispose()
  }

  get #largestCall(): number {
    return Math.max(1, ...this.#training.all.map(({ compiled }) => compiled?.largestCall ?? 1))
  }

  /** Another model, such as a wrapper that a hook put in its place, makes other steps. */
  #watch(model: Model): void {
    if (model === this.#model) return
    this.dispose()
    this.#model = model
    this.#numModels += 1
  }

  #goWithout({ obstacle, isPassing }: Obstacle, step: TrainStep): MaybePromise<StepOutputs> {
    if (isPassing !== true) this.#told.obstacle(obstacle)
    if (isPassing !== true && this.context.mode === true) throw refusal(obstacle)
    return step.run()
  }

  #runFormless<Outputs>(
    step: Pick<AnyStep<Outputs>, 'run'> & { readonly name: StepName },
  ): MaybePromise<Outputs> {
    this.#told.obstacle(tooManyForms, step.name)
    this.#queue.settle()
    if (step.name === 'trainStep') this.#lastForm = undefined
    return step.run()
  }

  #run<Outputs>(form: StepForm<Outputs>, call: StepCall<Outputs>, key: string): MaybePromise<Outputs> {
    const { compiled, obstacle, change, recordMs } = form
    const outputs = form.run(call)
    this.#spent.recordMs += form.recordMs - recordMs
    if (form.compiled !== undefined && form.compiled !== compiled) {
      const cause = form.cause ?? (compiled === undefined ? undefined : 'it was made anew')
      this.#spent.loadMs += form.compiled.loadMs
      this.#told.graph(form, this.#noteGraph(form, call.passes, key, cause))
    }
    if (form.change !== undefined && form.change !== change) this.#told.change(form.name, form.change)
    if (form.obstacle !== undefined && form.obstacle !== obstacle)
      this.#told.obstacle(form.obstacle, form.name)
    return outputs
  }

  /**
   * @param cause why the form has another graph; undefined where it had none
   * @returns why it is a further graph of its step
   */
  #noteGraph(
    { name, batch }: StepForm<unknown>,
    passes: readonly PlannedPass[],
    key: string,
    cause: string | undefined,
  ): string | undefined {
    // The running step is counted already.
    const afterSteps = name === 'trainStep' ? this.#steps - 1 : this.#steps
    const origin = { step: name, batch, key, model: this.#numModels, update: updateKindOf(passes), cause }
    return this.#recompilations.note({ ...origin, afterSteps })
  }

  /** How many steps of a form run as one call, where they come one after the other and can be taken back. */
  #sizeOfCall(
    form: StepForm<StepOutputs>,
    step: TrainStep,
    passes: readonly PlannedPass[],
  ): SizeOfCall | undefined {
    const finality = passes.find(({ plan }) => plan.finality !== undefined)?.plan.finality
    if (finality !== undefined) this.keepSingle(finality)
    if (finality !== undefined || form !== this.#lastForm) return undefined
    const { stepsPerCall } = this.context
    return (timed) => {
      const size = callSize(stepsPerCall, timed, step.itersLeft)
      if (size === 1 && stepsPerCall === 'auto') this.#told.time(timed, step.itersLeft)
      return size
    }
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
