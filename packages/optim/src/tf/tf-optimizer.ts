import {
  HookloopError,
  type NamedParameter,
  type Optimizer,
  type ParamGroup,
  type StateTree,
  type StateValue,
} from '@hookloop/core'
import { Tensor, type Optimizer as TfjsOptimizer, tidy, type Variable } from '@tensorflow/tfjs-core'
import { loadSettings } from '../optimizers/optimizer-state.js'
import { isTree, settingsOf } from '../state-trees.js'
import { disposeOptimizer, learningRateOf, setIterations, setLearningRate, slotsOf } from './tf-fields.js'

/** A gradient as tfjs takes it, under the name of its variable. */
type GradientEntry = Extract<Parameters<TfjsOptimizer['applyGradients']>[0], readonly unknown[]>[number]

/**
 * An optimizer of tfjs, such as `tf.train.adam(1e-3)`, as an optimizer of ours. Its one group holds `lr`, which
 * schedulers drive. Works for all of `tf.train`, and for others that read a field `learningRate` at each update
 * and keep their state as those do. Owns the optimizer.
 */
export class TfOptimizer implements Optimizer {
  readonly paramGroups: ParamGroup[]
  readonly defaults: { readonly lr: number }
  readonly #parameters: readonly NamedParameter[]

  /** @throws `HL_OPTIM_TF_LEARNING_RATE` when the optimizer has no field `learningRate` */
  constructor(
    params: readonly NamedParameter[],
    readonly optimizer: TfjsOptimizer,
  ) {
    const lr = learningRateOf(optimizer)
    this.#parameters = [...params]
    this.defaults = { lr }
    this.paramGroups = [{ params: this.#parameters, lr }]
  }

  step(gradients: Readonly<Record<string, Tensor>>): void {
    const lr = this.#group.lr
    if (lr !== learningRateOf(this.optimizer)) setLearningRate(this.optimizer, lr)
    // A scope of its own, because not every optimizer of tfjs frees what it computes with.
    tidy(() =>
      this.optimizer.applyGradients(this.#parameters.map((parameter) => entryOf(parameter, gradients))),
    )
  }

  stateDict(): StateTree {
    return {
      type: this.optimizer.getClassName(),
      iterations: this.optimizer.iterations,
      slots: Object.fromEntries(slotsOf(this.optimizer)),
      paramGroups: [settingsOf(this.#group)],
    }
  }

  /** @throws `HL_OPTIM_STATE` when the state is of another optimizer or of other parameters */
  loadStateDict(state: StateTree): void {
    const group = Array.isArray(state.paramGroups) ? state.paramGroups[0] : undefined
    const savedGroup: StateTree = isTree(group) ? group : {}
    this.#checkFits(state.type, savedGroup.params)
    const iterations = typeof state.iterations === 'number' ? state.iterations : 0
    if (iterations > 0) this.#loadSlots(isTree(state.slots) ? state.slots : {})
    else if (this.optimizer.iterations > 0)
      throw misfit('it was saved before the first update; make a new optimizer')
    setIterations(this.optimizer, iterations)
    loadSettings(this.#group, savedGroup)
  }

  dispose(): void {
    disposeOptimizer(this.optimizer)
  }

  get #group(): ParamGroup {
    const [group] = this.paramGroups
    if (group !== undefined) return group
    throw new HookloopError('HL_OPTIM_NO_PARAMETERS', 'the parameter group of a TfOptimizer was removed')
  }

  #checkFits(type: StateValue, params: StateValue): void {
    const [className, names] = [this.optimizer.getClassName(), this.#parameters.map(({ name }) => name)]
    if (type !== className) throw misfit(`it was saved by ${String(type)}, but this run uses ${className}`)
    if (String(params) !== String(names))
      throw misfit(`it is of the parameters ${String(params)}, but this run has ${names}`)
  }

  #loadSlots(saved: StateTree): void {
    // tfjs makes its variables at the first update; one without gradients makes them and changes no parameter.
    if (this.optimizer.iterations === 0) this.step({})
    const pairs = [...slotsOf(this.optimizer)].flatMap(([field, variables]) =>
      variables.map((variable, index) => ({ variable, value: savedTensor(saved, field, index, variable) })),
    )
    for (const { variable, value } of pairs) variable.assign(value)
  }
}

// An entry without a tensor is left out by tfjs, though its types do not say so; with a gradient of 0 instead
// momentum would go on moving the parameter.
function entryOf(
  { name, variable }: NamedParameter,
  gradients: Readonly<Record<string, Tensor>>,
): GradientEntry {
  const entry: GradientEntry = { name: variable.name, tensor: variable }
  Reflect.set(entry, 'tensor', gradients[name])
  return entry
}

function savedTensor(saved: StateTree, field: string, index: number, variable: Variable): Tensor {
  const list = saved[field]
  const value: unknown = Array.isArray(list) ? list[index] : undefined
  if (value instanceof Tensor && String(value.shape) === String(variable.shape)) return value
  throw misfit(`${field}[${index}] is missing or is not of shape [${variable.shape}]`)
}

function misfit(reason: string): HookloopError {
  return new HookloopError('HL_OPTIM_STATE', `the state of the tfjs optimizer does not fit: ${reason}`)
}
