import {
  type OptimWrapper as CoreOptimWrapper,
  checkOptions,
  didYouMean,
  HookloopError,
  type ModelParameters,
  type OptimStepListener,
  optimWrapperRegistry,
  type ParamGroup,
  type StateTree,
} from '@hookloop/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { isTree } from '../state-trees.js'
import {
  isWrapper,
  type OptimWrapperDictEntry,
  optimWrapperDictSchema,
  type WrapperConfig,
} from './dict-options.js'
import { partOf } from './model-part.js'
import { OptimWrapper } from './optim-wrapper.js'
import { isOptimizer } from './options.js'
import { type Claim, shareOut } from './parameter-shares.js'

/**
 * Several optimizers by name, each for its part of a model.
 *
 * ```ts
 * const optimWrapper = new OptimWrapperDict(model, {
 *   generator: { type: 'OptimWrapper', optimizer: { type: 'Adam', lr: 1e-3 } },
 *   discriminator: { type: 'OptimWrapper', optimizer: { type: 'SGD', lr: 1e-2 } },
 * })
 * const loss = optimWrapper.get('generator').updateParams(() => model.generatorLoss(batch))
 * ```
 * A model trains with it in a `trainStep(batch, optimWrapper: OptimWrapperDict<'generator' | 'discriminator'>)` of its own.
 */
export class OptimWrapperDict<Name extends string = string> implements CoreOptimWrapper {
  readonly wrappers: Readonly<Record<string, CoreOptimWrapper>>
  readonly #byName: ReadonlyMap<string, CoreOptimWrapper>
  #stepListener: OptimStepListener = {}

  /**
   * @throws `HL_CONFIG`, `HL_UNKNOWN_TYPE`, and what the wrappers throw
   * @throws `HL_OPTIM_NO_PARAMETERS`, `HL_OPTIM_DUPLICATE`, `HL_OPTIM_UNASSIGNED` unless each parameter has one optimizer
   */
  constructor(model: ModelParameters, options: Readonly<Record<Name, OptimWrapperDictEntry>>) {
    checkOptions('OptimWrapperDict', optimWrapperDictSchema, options)
    this.#byName = buildWrappers(model, options)
    this.wrappers = Object.fromEntries(this.#byName)
  }

  /** @throws `HL_OPTIM_NAME` for a name that there is not, with the nearest */
  get(name: Name): CoreOptimWrapper {
    const wrapper = this.#byName.get(name)
    if (wrapper !== undefined) return wrapper
    const names = this.names
    throw new HookloopError(
      'HL_OPTIM_NAME',
      `there is no optimizer '${name}'. ${didYouMean(name, names)} optimWrapper has ${names.join(', ')}`,
    )
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()]
  }

  get paramGroups(): readonly ParamGroup[] {
    return [...this.#byName.values()].flatMap(({ paramGroups }) => paramGroups)
  }

  get stepListener(): OptimStepListener {
    return this.#stepListener
  }

  /** Each of the wrappers tells it of its updates. */
  set stepListener(listener: OptimStepListener) {
    this.#stepListener = listener
    for (const wrapper of this.#byName.values()) wrapper.stepListener = listener
  }

  /** @throws `HL_OPTIM_SEVERAL` always: only one of several optimizers knows which parameters a loss is for */
  updateParams(): never {
    const [first = ''] = this.names
    throw new HookloopError(
      'HL_OPTIM_SEVERAL',
      `optimWrapper has several optimizers (${this.names.join(', ')}) and cannot tell which of them a loss is for; ` +
        `call optimWrapper.get('${first}').updateParams(loss)`,
    )
  }

  beginStep(): void {
    for (const wrapper of this.#byName.values()) wrapper.beginStep?.()
  }

  endStep(): void {
    for (const wrapper of this.#byName.values()) wrapper.endStep?.()
  }

  /** Does nothing: how many passes each optimizer makes in an iteration only the model knows. */
  initializeCountStatus(): void {}

  /** `generator.lr`, and `generator.base_lr` where that optimizer has several groups. */
  getLr(): Record<string, readonly number[]> {
    return this.#merged((wrapper) => wrapper.getLr())
  }

  /** `generator.momentum`. */
  getMomentum(): Record<string, readonly number[]> {
    return this.#merged((wrapper) => wrapper.getMomentum())
  }

  /** Such as `generator.grad_norm`. */
  takeLogValues(): Record<string, Tensor | number> | undefined {
    const values = this.#merged((wrapper) => wrapper.takeLogValues?.() ?? {})
    return Object.keys(values).length === 0 ? undefined : values
  }

  stateDict(): StateTree {
    return Object.fromEntries([...this.#byName].map(([name, wrapper]) => [name, wrapper.stateDict()]))
  }

  /** @throws `HL_OPTIM_STATE` when the state is of other optimizers */
  loadStateDict(state: StateTree): void {
    this.#checkNames(Object.keys(state))
    for (const [name, wrapper] of this.#byName) {
      const own = state[name]
      if (isTree(own)) wrapper.loadStateDict(own)
    }
  }

  dispose(): void {
    for (const wrapper of this.#byName.values()) wrapper.dispose()
  }

  #merged<Value>(read: (wrapper: CoreOptimWrapper) => Record<string, Value>): Record<string, Value> {
    const all: Record<string, Value> = {}
    for (const [name, wrapper] of this.#byName) {
      const values = read(wrapper)
      for (const key in values) {
        const value = values[key]
        if (value !== undefined) all[`${name}.${key}`] = value
      }
    }
    return all
  }

  #checkNames(saved: readonly string[]): void {
    const { names } = this
    if (saved.length === names.length && saved.every((name) => names.includes(name))) return
    const found = saved.includes('paramGroups') ? 'one optimizer' : `the optimizers ${saved.join(', ')}`
    throw new HookloopError(
      'HL_OPTIM_STATE',
      `the state does not fit: it is of ${found}, but optimWrapper has ${names.join(', ')}. Use the names that it was ` +
        'saved with, or loadFrom without resume to take the weights only',
    )
  }
}

function buildWrappers(
  model: ModelParameters,
  options: Readonly<Record<string, OptimWrapperDictEntry>>,
): Map<string, CoreOptimWrapper> {
  const entries = Object.entries(options)
  const shares = shareOut(model, new Map(entries.map(([name, entry]) => [name, claimOf(name, entry)])))
  return new Map(
    entries.map(([name, entry]) => {
      const wrapper = isWrapper(entry) ? entry : build(entry, partOf(model, shares.get(name) ?? new Set()))
      if (wrapper instanceof OptimWrapper) wrapper.label = name
      return [name, wrapper] as const
    }),
  )
}

function claimOf(name: string, entry: OptimWrapperDictEntry): Claim {
  if (isWrapper(entry)) return { holder: entry }
  const { optimizer, parameters } = entry
  return isOptimizer(optimizer) ? { holder: optimizer } : { places: parameters ?? [name] }
}

function build(config: WrapperConfig, part: ModelParameters): CoreOptimWrapper {
  if (isOptimizer(config.optimizer)) return optimWrapperRegistry.build(config, part)
  // The parameters are shared out already, and only the wrappers of this package know the option.
  const { parameters: _, ...rest } = config
  return optimWrapperRegistry.build(rest, part)
}
