import {
  checkOptions,
  type Optimizer,
  type OptimizerParams,
  type ParamGroup,
  type StateTree,
} from '@hookloop/core'
import { add, mul, neg, type Scalar, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core'
import { loadOptimizerState, saveOptimizerState } from './optimizer-state.js'
import { makeGroups, ownSettings } from './param-groups.js'
import { ParameterState } from './parameter-state.js'
import { ScalarCache } from './scalar-cache.js'
import type { OptimizerSettings, OptionsSchema } from './settings.js'

/**
 * What all optimizers of this package share: groups, state by parameter name, weight decay, `maximize`. A
 * subclass gives the rule for one parameter. Numbers are folded in double precision before they meet a tensor.
 */
export abstract class TensorOptimizer<Settings extends OptimizerSettings> implements Optimizer {
  readonly paramGroups: (ParamGroup & Settings)[]
  /** Settings of groups that do not override them. */
  readonly defaults: Settings
  readonly #states = new Map<string, ParameterState>()
  readonly #scalars = new ScalarCache()

  /**
   * @param type the name in configs
   * @param defaults settings that `options` may override
   * @throws `HL_CONFIG` when an option is unknown or out of its range
   * @throws `HL_OPTIM_NO_PARAMETERS`, `HL_OPTIM_DUPLICATE`
   */
  protected constructor(
    readonly type: string,
    params: OptimizerParams,
    schema: OptionsSchema,
    defaults: Settings,
    options: Partial<Settings>,
  ) {
    checkOptions(type, schema, options)
    this.defaults = { ...defaults, ...ownSettings(options) }
    this.paramGroups = makeGroups(type, params, this.defaults, schema)
  }

  /**
   * The value of a parameter after an update. Runs inside a tfjs scope.
   * @param parameter its value before, already shrunk by decoupled weight decay
   * @param gradient with the other kind of weight decay added
   */
  protected abstract updated(
    parameter: Tensor,
    gradient: Tensor,
    settings: Settings,
    state: ParameterState,
  ): Tensor

  step(gradients: Readonly<Record<string, Tensor>>): void {
    try {
      for (const group of this.paramGroups) {
        for (const { name, variable } of group.params) {
          const gradient = gradients[name]
          if (gradient === undefined || !variable.trainable) continue
          // A scope per parameter keeps the intermediate tensors of only one of them in memory.
          tidy(() => this.#update(variable, gradient, group, this.#stateOf(name)))
        }
      }
    } finally {
      this.#scalars.clear()
    }
  }

  stateDict(): StateTree {
    return saveOptimizerState(this.type, this.#states, this.paramGroups)
  }

  /** @throws `HL_OPTIM_STATE` when the state is of another optimizer or of other parameters; nothing is changed then */
  loadStateDict(state: StateTree): void {
    loadOptimizerState(this.type, this.#states, this.paramGroups, state)
  }

  dispose(): void {
    for (const state of this.#states.values()) state.dispose()
    this.#states.clear()
    this.#scalars.clear()
  }

  /** A number as a tensor that may be used during this step. */
  protected scalar(value: number): Scalar {
    return this.#scalars.of(value)
  }

  protected times(tensor: Tensor, factor: number): Tensor {
    return mul(tensor, this.scalar(factor))
  }

  protected plus(tensor: Tensor, summand: number): Tensor {
    return add(tensor, this.scalar(summand))
  }

  /** `decay * previous + (1 - decay) * value`; a missing `previous` counts as 0. */
  protected average(previous: Tensor | undefined, value: Tensor, decay: number): Tensor {
    const share = this.times(value, 1 - decay)
    return previous === undefined ? share : add(this.times(previous, decay), share)
  }

  #update(variable: Variable, gradient: Tensor, settings: Settings, state: ParameterState): void {
    const { lr, weightDecay, maximize, decoupledWeightDecay } = settings
    let parameter: Tensor = variable
    let direction = maximize ? neg(gradient) : gradient
    if (weightDecay !== 0) {
      if (decoupledWeightDecay === true) parameter = this.times(variable, 1 - lr * weightDecay)
      else direction = add(direction, this.times(variable, weightDecay))
    }
    variable.assign(this.updated(parameter, direction, settings, state))
  }

  #stateOf(name: string): ParameterState {
    let state = this.#states.get(name)
    if (state === undefined) {
      state = new ParameterState()
      this.#states.set(name, state)
    }
    return state
  }
}
