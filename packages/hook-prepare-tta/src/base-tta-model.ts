import {
  checkOptions,
  type DataBatch,
  HookloopError,
  hasCode,
  type LoadReport,
  type MaybePromise,
  type Model,
  type ModuleInfo,
  type OptimWrapper,
  type Predictions,
  type StateDict,
  type StepOutputs,
  scoped,
} from '@hookloop/core'
import type { Variable } from '@tensorflow/tfjs-core'
import { disposeOthers } from './dispose-others.js'
import { baseTTASchema, type TTAOptions } from './tta-options.js'
import { type View, viewOf } from './view.js'

/** What the constructor of a TTA model gets: the options of `ttaCfg`, and the model that is to be tested. */
export type WithModule<Options> = Options & { readonly module: Model }

/**
 * Tests a model on several views of each batch and merges what it says of them. Everything but `testStep` is the
 * model's own: its weights, their names, its validation. Extend it for merges of your own:
 *
 * ```ts
 * class BoxTTA extends BaseTTAModel {
 *   mergePredictions(predictions: readonly Predictions[]) {
 *     return suppressOverlaps(predictions.flatMap((boxes, index) => turnBack(boxes, this.views[index])))
 *   }
 * }
 * ```
 */
export abstract class BaseTTAModel implements Model {
  readonly module: Model
  /** The augmentations in order; `predictions` come in the same order. */
  readonly views: readonly View[]

  /** @throws `HL_CONFIG` that lists every mistake of the options; `HL_TTA_MODULE` without a model that can be tested */
  constructor({ module, augmentations, inputs = 'inputs' }: WithModule<TTAOptions>) {
    checkOptions(new.target.name, baseTTASchema, { augmentations, inputs })
    if (typeof module?.testStep !== 'function') throw withoutModule(new.target.name)
    this.module = module
    this.views = augmentations.map((entry, index) => viewOf(entry, inputs, index))
  }

  /**
   * Makes one prediction of those under each view. Runs inside a tfjs scope unless `asyncSteps`; the predictions are
   * freed afterwards, but for what is in the result.
   * @param batch as it came from the loader
   */
  abstract mergePredictions(predictions: readonly Predictions[], batch: DataBatch): MaybePromise<Predictions>

  /** That of the model; set it to true where merging has to wait. */
  get asyncSteps(): boolean {
    return this.module.asyncSteps === true
  }

  testStep(batch: DataBatch): MaybePromise<Predictions> {
    return this.asyncSteps ? this.#testWaiting(batch) : this.#test(batch)
  }

  trainStep(batch: DataBatch, optimWrapper: OptimWrapper): MaybePromise<StepOutputs> {
    return this.module.trainStep(batch, optimWrapper)
  }

  valStep(batch: DataBatch): MaybePromise<Predictions> {
    return this.module.valStep?.(batch)
  }

  parameters(): Readonly<Record<string, Variable>> {
    return this.module.parameters()
  }

  buffers(): Readonly<Record<string, Variable>> {
    return this.module.buffers?.() ?? {}
  }

  modules(): readonly ModuleInfo[] {
    return this.module.modules?.() ?? []
  }

  stateDict(): StateDict {
    return this.module.stateDict()
  }

  loadStateDict(state: StateDict, options?: { strict?: boolean }): LoadReport {
    return this.module.loadStateDict(state, options)
  }

  setTraining(training: boolean): void {
    this.module.setTraining?.(training)
  }

  initWeights(): MaybePromise<void> {
    return this.module.initWeights?.()
  }

  // A scope per view frees its images and activations before the next one is computed.
  #test(batch: DataBatch): MaybePromise<Predictions> {
    return scoped(() => {
      const predictions = this.views.map((view) =>
        under(view, () => scoped(() => atOnce(this.module, this.module.testStep?.(view.of(batch))))),
      )
      return this.mergePredictions(predictions, batch)
    })
  }

  async #testWaiting(batch: DataBatch): Promise<Predictions> {
    const predictions: Predictions[] = []
    let merged: Predictions
    try {
      for (const view of this.views) predictions.push(await this.#predictWaiting(view, batch))
      merged = await this.mergePredictions(predictions, batch)
      return merged
    } finally {
      disposeOthers(predictions, [batch, merged])
    }
  }

  async #predictWaiting(view: View, batch: DataBatch): Promise<Predictions> {
    const { module } = this
    let seen: DataBatch | undefined
    let predictions: Predictions
    try {
      const augmented = scoped(() => view.of(batch))
      seen = augmented
      const step = () => module.testStep?.(augmented)
      predictions = await (module.asyncSteps === true ? step() : scoped(() => atOnce(module, step())))
      return predictions
    } catch (error) {
      throw failedUnder(view, error)
    } finally {
      disposeOthers(seen, [batch, predictions])
    }
  }
}

function under<Result>(view: View, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw failedUnder(view, error)
  }
}

/** An error with a code says itself what to do. */
function failedUnder({ name }: View, cause: unknown): unknown {
  if (hasCode(cause)) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new HookloopError('HL_TTA_STEP', `under the augmentation ${name}: ${reason}`, { cause })
}

function atOnce(module: Model, predictions: MaybePromise<Predictions>): Predictions {
  if (!(predictions instanceof Promise)) return predictions
  predictions.catch(() => undefined)
  throw new HookloopError(
    'HL_STEP_ASYNC',
    `testStep of ${module.constructor.name} returned a promise; set \`asyncSteps = true\` on a model whose steps wait`,
  )
}

function withoutModule(name: string): HookloopError {
  return new HookloopError(
    'HL_TTA_MODULE',
    `${name} needs \`module\`, a model with a testStep. PrepareTTAHook gives it the model of the run: write ` +
      `{ type: 'PrepareTTAHook', ttaCfg: { type: '${name}', … } } into customHooks`,
  )
}
