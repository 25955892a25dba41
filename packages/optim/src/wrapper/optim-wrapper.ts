import {
  checkOptions,
  type Gradients,
  HookloopError,
  type ModelParameters,
  type NamedParameter,
  type Optimizer,
  type OptimStepListener,
  type ParamGroup,
  type StateTree,
} from '@hookloop/core'
import { keep, type Scalar, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import { loadSettings } from '../optimizers/optimizer-state.js'
import {
  isPlanned,
  type PlannedOptimizer,
  type ScalarSource,
  type UpdatePlan,
} from '../optimizers/planned-optimizer.js'
import { isTree, settingsOf } from '../state-trees.js'
import { AccumulationCounter } from './accumulation-counter.js'
import { buildOptimizer } from './build-optimizer.js'
import { type Clipped, clipGradients } from './clip-gradients.js'
import { clipEagerly } from './eager-clipping.js'
import { GradientWindow } from './gradient-window.js'
import { guardBuffers } from './guarded-buffers.js'
import { LogValues } from './log-values.js'
import { checkedLoss, lossAndGradients } from './loss-and-gradients.js'
import { partUnder } from './model-part.js'
import { NonFiniteLosses } from './non-finite-losses.js'
import { type OptimWrapperOptions, optimWrapperSchema } from './options.js'
import type { Obstacle, PassPlan, PassTensors, PlannedPasses } from './planned-passes.js'
import { pseudoGroupOf } from './pseudo-group.js'
import { disposeReplacements, showGradients } from './shown-gradients.js'
import { StepPasses } from './step-passes.js'

interface Pass {
  /** The loss as it was computed. */
  readonly value: Scalar
  readonly updates: boolean
  /** False for a loss that is no number and was passed over. */
  readonly isUsable: boolean
}

interface PlannedPass extends PassPlan {
  readonly update: UpdatePlan
  /** False while gradients are accumulated. */
  readonly updates: boolean
}

/**
 * Turns losses into updates: gradients, accumulation, clipping, optimizer.
 *
 * ```ts
 * const optimWrapper = new OptimWrapper(model, { optimizer: { type: 'Adam', lr: 1e-3 } })
 * const loss = optimWrapper.updateParams(() => tf.losses.meanSquaredError(labels, model.predict(inputs)))
 * ```
 */
export class OptimWrapper implements PlannedPasses<PlannedPass> {
  readonly optimizer: Optimizer
  stepListener: OptimStepListener = {}
  /** Its name among several; told in errors. */
  label: string | undefined
  readonly #options: OptimWrapperOptions
  readonly #buffers: () => readonly Variable[]
  readonly #pseudoGroup: ParamGroup | undefined
  readonly #counter: AccumulationCounter
  readonly #window = new GradientWindow()
  readonly #step = new StepPasses()
  readonly #logValues = new LogValues()
  readonly #nonFiniteLosses: NonFiniteLosses

  /** @throws `HL_CONFIG`, `HL_UNKNOWN_TYPE`, `HL_OPTIM_PARAMWISE`, `HL_OPTIM_NO_PARAMETERS`, `HL_OPTIM_DUPLICATE` */
  constructor(model: ModelParameters, options: OptimWrapperOptions) {
    checkOptions('OptimWrapper', optimWrapperSchema, options)
    this.#options = options
    this.#buffers = () => Object.values(model.buffers?.() ?? {})
    const part = options.parameters === undefined ? model : partUnder(model, options.parameters)
    this.optimizer = buildOptimizer(part, options)
    this.#pseudoGroup = pseudoGroupOf(this.optimizer)
    this.#counter = new AccumulationCounter(options.accumulativeCounts ?? 1)
    this.#nonFiniteLosses = new NonFiniteLosses(options.nonFiniteLoss)
  }

  /** The optimizer's groups; where there are several, also a last one without parameters for the base values. */
  get paramGroups(): readonly ParamGroup[] {
    const { paramGroups } = this.optimizer
    return this.#pseudoGroup === undefined ? paramGroups : [...paramGroups, this.#pseudoGroup]
  }

  /** Backward passes so far. */
  get innerCount(): number {
    return this.#counter.done
  }

  /** True when the next call of {@link updateParams} changes the parameters. */
  get nextPassUpdates(): boolean {
    return this.#counter.nextPassUpdates
  }

  /** What the next loss is divided by: passes of the running window of accumulation. */
  get lossFactor(): number {
    return this.#counter.lossFactor
  }

  /** There is no other; several optimizers are an OptimWrapperDict. @throws `HL_OPTIM_NAME` */
  get(name: string): never {
    throw new HookloopError(
      'HL_OPTIM_NAME',
      `the model asks for the optimizer '${name}', but optimWrapper is a single OptimWrapper; ` +
        `give several by name: { type: 'OptimWrapperDict', ${name}: { type: 'OptimWrapper', … }, … }`,
    )
  }

  /**
   * @throws `HL_OPTIM_LOSS`, `HL_OPTIM_NO_GRADIENT`
   * @throws `HL_LOSS_NOT_FINITE` before anything is changed, unless `nonFiniteLoss` says otherwise
   */
  updateParams(loss: () => Scalar): Scalar {
    return this.#step.passBy() ? this.#valueOf(loss) : this.#trainOn(loss)
  }

  planPass(): PlannedPass | Obstacle {
    const { optimizer, stepListener } = this
    const { policy } = this.#nonFiniteLosses
    const { counts, lossFactor, nextPassUpdates } = this.#counter
    if (!isPlanned(optimizer))
      return { obstacle: `${optimizer.constructor.name} does not tell its updates beforehand` }
    if (stepListener.beforeStep !== undefined)
      return { obstacle: 'a hook asks for gradients (beforeOptimStep)' }
    if (this.#step.isRepeating) return { obstacle: 'a step that failed is repeated', isPassing: true }
    if (policy === 'skip' && counts > 1)
      return { obstacle: "nonFiniteLoss 'skip' may leave out a part of an accumulation" }
    const update = optimizer.plan()
    return {
      update,
      updates: nextPassUpdates,
      factors: update.factors,
      branch: `${lossFactor} ${nextPassUpdates} ${[...this.#window.filled]} ${update.branch}`,
      needsFiniteLoss: policy !== 'ignore',
      finality: this.#finality(optimizer),
    }
  }

  computePass({ update, updates }: PlannedPass, loss: () => Scalar, scalarAt: ScalarSource): PassTensors {
    const { value, gradients } = lossAndGradients(loss, this.#trainable, this.#counter.lossFactor)
    const names = Object.keys(gradients)
    if (!updates) {
      this.#window.add(gradients)
      return { loss: value, logValues: {}, names }
    }
    const { clipped, norm } = this.#clipped(this.#window.plus(gradients), clipGradients)
    if (isPlanned(this.optimizer)) this.optimizer.apply(update, clipped, scalarAt)
    return {
      loss: value,
      logValues: norm === undefined ? {} : { grad_norm: norm },
      names: Object.keys(clipped),
    }
  }

  commitPass({ update, updates }: PlannedPass, { names, logValues }: Omit<PassTensors, 'loss'>): void {
    if (updates) {
      this.stepListener.beginUpdate?.()
      if (isPlanned(this.optimizer)) this.optimizer.commit(update, names)
      this.#window.clear()
    } else this.#window.count(names)
    for (const [name, value] of Object.entries(logValues)) this.#logValues.set(name, value)
    this.#counter.advance()
    this.#step.count()
    // Last, because an error of a hook must find counters and parameters in agreement.
    if (updates) this.stepListener.afterStep?.()
  }

  revertPass({ update }: PlannedPass, { names }: Pick<PassTensors, 'names'>): void {
    if (isPlanned(this.optimizer)) this.optimizer.revert?.(update, names)
    this.#counter.moveTo(this.#counter.done - 1)
  }

  beginStep(): void {
    this.#step.begin()
  }

  endStep(): void {
    this.#step.end()
  }

  initializeCountStatus(iter: number, maxIters: number): void {
    this.#counter.initialize(iter, maxIters)
  }

  getLr(): Record<string, readonly number[]> {
    const lr = this.optimizer.paramGroups.map((group) => group.lr)
    return this.#pseudoGroup === undefined ? { lr } : { base_lr: [this.#pseudoGroup.lr], lr }
  }

  getMomentum(): Record<string, readonly number[]> {
    return { momentum: this.optimizer.paramGroups.map(({ momentum, betas }) => momentum ?? betas?.[0] ?? 0) }
  }

  takeLogValues(): Record<string, Tensor | number> | undefined {
    return this.#logValues.take()
  }

  stateDict(): StateTree {
    const gradients = this.#window.toTree()
    return {
      ...this.optimizer.stateDict(),
      ...(this.#pseudoGroup === undefined ? {} : { baseParamSettings: settingsOf(this.#pseudoGroup) }),
      accumulation: { innerCount: this.#counter.done, gradients },
      skippedSteps: this.#nonFiniteLosses.skipped,
      ...(this.#step.made === 0 ? {} : { passesOfFailedStep: this.#step.made }),
    }
  }

  /** @throws `HL_OPTIM_STATE` when the state is of another optimizer or of other parameters */
  loadStateDict(state: StateTree): void {
    this.optimizer.loadStateDict(state)
    if (this.#pseudoGroup !== undefined && isTree(state.baseParamSettings)) {
      loadSettings(this.#pseudoGroup, state.baseParamSettings)
    }
    const accumulation = isTree(state.accumulation) ? state.accumulation : {}
    this.#window.load(isTree(accumulation.gradients) ? accumulation.gradients : {}, this.#parameters)
    if (typeof accumulation.innerCount === 'number') this.#counter.moveTo(accumulation.innerCount)
    if (typeof state.skippedSteps === 'number') this.#nonFiniteLosses.skipped = state.skippedSteps
    this.#step.restore(typeof state.passesOfFailedStep === 'number' ? state.passesOfFailedStep : 0)
  }

  dispose(): void {
    this.#window.dispose()
    this.#logValues.dispose()
    this.optimizer.dispose()
  }

  #trainOn(loss: () => Scalar): Scalar {
    return tidy(() => {
      const { value, updates } = guardBuffers(this.#buffers(), () => this.#pass(loss))
      this.#counter.advance()
      this.#step.count()
      // Last, because an error of a hook must find counters and parameters in agreement.
      if (updates) this.stepListener.afterStep?.()
      return value
    })
  }

  /** The loss of a pass that was made already: nothing is trained, and buffers stay what they are. */
  #valueOf(loss: () => Scalar): Scalar {
    return tidy(() => {
      const pass = () => ({ value: checkedLoss(loss()), updates: false, isUsable: false })
      return guardBuffers(this.#buffers(), pass).value
    })
  }

  /** One pass: loss, gradients and, where its turn has come, an update. */
  #pass(loss: () => Scalar): Pass {
    const { value, gradients } = lossAndGradients(loss, this.#trainable, this.#counter.lossFactor)
    const isUsable = this.#isUsable(value)
    const additions = isUsable ? gradients : {}
    const updates = this.#counter.nextPassUpdates && this.#update(this.#window.plus(additions))
    if (!this.#counter.nextPassUpdates) {
      this.#window.add(additions)
      this.#window.count(Object.keys(additions))
    }
    return { value, updates, isUsable }
  }

  /** @returns whether there was anything to update with */
  #update(gradients: Gradients): boolean {
    const isEmpty = Object.keys(gradients).length === 0
    if (!isEmpty) {
      const { clipped, norm } = this.#clipped(gradients, clipEagerly)
      if (norm !== undefined) this.#logValues.set('grad_norm', keep(norm))
      const shown = showGradients(clipped, this.stepListener)
      this.stepListener.beginUpdate?.()
      this.optimizer.step(shown)
      disposeReplacements(clipped, shown)
    }
    this.#window.clear()
    return !isEmpty
  }

  #finality(optimizer: PlannedOptimizer): string | undefined {
    if (this.#counter.counts > 1) return 'gradients are accumulated'
    return optimizer.revert === undefined
      ? `${optimizer.constructor.name} cannot take an update back`
      : undefined
  }

  get #parameters(): readonly NamedParameter[] {
    return this.optimizer.paramGroups.flatMap(({ params }) => params)
  }

  get #trainable(): readonly NamedParameter[] {
    return this.#parameters.filter(({ variable }) => variable.trainable)
  }

  #clipped(gradients: Gradients, clip: typeof clipGradients): Clipped {
    const { clipGrad } = this.#options
    return clipGrad === undefined ? { clipped: gradients } : clip(gradients, clipGrad)
  }

  #isUsable(loss: Scalar): boolean {
    const isUsable = this.#nonFiniteLosses.admit(loss, () => this.#facts())
    if (!isUsable) this.#logValues.set('skipped_steps', this.#nonFiniteLosses.skipped)
    return isUsable
  }

  #facts(): string {
    const { done, counts, positionInWindow } = this.#counter
    const rates = [...new Set(this.optimizer.paramGroups.map(({ lr }) => lr))].join(', ')
    const place = counts === 1 ? '' : `, pass ${positionInWindow} of ${counts} of an accumulation`
    const name = this.label === undefined ? '' : `${this.label}, `
    return `${name}learning rate ${rates}, after ${done} passes${place}`
  }
}
