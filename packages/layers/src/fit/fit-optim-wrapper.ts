import type { Gradients, NamedParameter, OptimStepListener, OptimWrapper, ParamGroup } from '@hookloop/core'
import { HookloopError } from '@hookloop/core'
import type { NamedTensorMap, Optimizer, Tensor } from '@tensorflow/tfjs-core'

type GradientList = Parameters<Optimizer['applyGradients']>[0]

/** The optimizer of a compiled `tf.LayersModel`, as hooks and schedulers see it; `model.fit` drives it. */
export class FitOptimWrapper implements OptimWrapper {
  readonly paramGroups: readonly ParamGroup[]
  stepListener: OptimStepListener = {}
  /** What a hook threw inside the update, which `model.fit` throws on. */
  failure: unknown
  readonly #names: ReadonlyMap<string, string>

  /** @param parameters by the names that checkpoints know */
  constructor(
    readonly optimizer: Optimizer,
    parameters: readonly NamedParameter[],
  ) {
    this.#names = new Map(parameters.map(({ name, variable }) => [variable.name, name]))
    this.paramGroups = [groupOf(optimizer, parameters)]
  }

  /** Lets hooks hear of updates. @returns a function that ends this */
  listen(): () => void {
    const { optimizer } = this
    const apply = optimizer.applyGradients
    optimizer.applyGradients = (gradients) => this.#apply(apply.bind(optimizer), gradients)
    return () => {
      // What is left is the method of its class.
      Reflect.deleteProperty(optimizer, 'applyGradients')
    }
  }

  updateParams(): never {
    throw new HookloopError('HL_FIT_STEP', 'model.fit makes the steps here; a hook must not make one')
  }

  initializeCountStatus(): void {}

  getLr(): Record<string, readonly number[]> {
    return { lr: this.paramGroups.map(({ lr }) => lr) }
  }

  getMomentum(): Record<string, readonly number[]> {
    const momentum = numberIn(this.optimizer, 'momentum') ?? numberIn(this.optimizer, 'beta1') ?? 0
    return { momentum: [momentum] }
  }

  /** Empty: tfjs gives the state of its optimizers by a promise, see {@link FitOptimizerState}. */
  stateDict(): Record<string, never> {
    return {}
  }

  loadStateDict(): void {}

  /** The optimizer is the model's. */
  dispose(): void {}

  #apply(apply: Optimizer['applyGradients'], gradients: GradientList): void {
    const { beforeStep, beginUpdate, afterStep } = this.stepListener
    try {
      const wanted = beforeStep === undefined ? gradients : this.#seenBy(beforeStep, gradients)
      beginUpdate?.()
      apply(wanted)
      afterStep?.()
    } catch (error) {
      this.failure = error
      throw error
    }
  }

  #seenBy(beforeStep: (gradients: Gradients) => void, gradients: GradientList): NamedTensorMap {
    const list: readonly (readonly [string, Tensor])[] = Array.isArray(gradients)
      ? gradients.map(({ name, tensor }) => [name, tensor])
      : Object.entries(gradients)
    const ours = ([name]: readonly [string, Tensor]) => this.#names.get(name) ?? name
    const seen: Gradients = Object.fromEntries(list.map((entry) => [ours(entry), entry[1]]))
    beforeStep(seen)
    return Object.fromEntries(list.map((entry) => [entry[0], seen[ours(entry)] ?? entry[1]]))
  }
}

/** Writing its `lr` changes the optimizer. */
function groupOf(optimizer: Optimizer, params: readonly NamedParameter[]): ParamGroup {
  return {
    params,
    get lr() {
      return numberIn(optimizer, 'learningRate') ?? Number.NaN
    },
    set lr(lr: number) {
      if (lr === this.lr) return
      // Optimizers that keep it in a tensor have a method for it.
      if ('setLearningRate' in optimizer && typeof optimizer.setLearningRate === 'function')
        optimizer.setLearningRate(lr)
      else Reflect.set(optimizer, 'learningRate', lr)
    },
  }
}

function numberIn(optimizer: Optimizer, field: string): number | undefined {
  const value: unknown = Reflect.get(optimizer, field)
  return typeof value === 'number' ? value : undefined
}
