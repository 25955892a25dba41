import {
  checkOptions,
  type HasParamGroups,
  HookloopError,
  type ParamGroup,
  type ParamScheduler,
  type SchedulerContext,
  type StateTree,
} from '@hookloop/core'
import type { Rule, RuleMaker } from './rule.js'
import type { ScheduleOptions } from './schedule-options.js'
import { readInitial, readParam, type ScheduledParam, writeInitial, writeParam } from './scheduled-param.js'
import { convertOptions, type Window } from './window.js'

/** What makes a scheduler of its kind. */
export interface ScheduleKind<Options extends ScheduleOptions> {
  /** Checks the options. */
  readonly schema: Parameters<typeof checkOptions>[1]
  readonly makeRule: RuleMaker<Options>
  /** Options besides begin and end that count epochs. */
  readonly inEpochs?: readonly (keyof Options)[]
  /** Sets initial values that the options name, before they are read. */
  readonly setInitial?: (groups: readonly ParamGroup[], options: Options) => void
}

/** State that moves with the run; everything else in a state are arguments. */
const moving: readonly string[] = ['globalStep', 'lastStep', 'lastValue', 'baseValues']

/**
 * Drives a parameter of every group by a rule. Building one performs its step 0. A rule transforms the present
 * value, so several schedulers in a list act one after the other.
 */
export class RuleScheduler<Options extends ScheduleOptions> implements ParamScheduler {
  readonly byEpoch: boolean
  readonly window: Window
  changedArguments: readonly string[] = []
  readonly #name: string
  readonly #groups: readonly ParamGroup[]
  readonly #param: ScheduledParam
  readonly #rule: Rule
  #baseValues: number[]
  #globalStep: number
  #lastStep: number
  #lastValue: readonly number[] = []

  /**
   * @throws `HL_CONFIG` for wrong options
   * @throws `HL_SCHEDULER_WINDOW`, `HL_SCHEDULER_CONVERT`, `HL_SCHEDULER_MOMENTUM`, `HL_SCHEDULER_INITIAL`
   */
  constructor(
    target: HasParamGroups,
    context: SchedulerContext,
    param: ScheduledParam,
    options: Options,
    kind: ScheduleKind<Options>,
  ) {
    this.#name = new.target.name
    checkOptions(this.#name, kind.schema, options)
    const { options: converted, window } = convertOptions(this.#name, options, context, kind.inEpochs ?? [])
    this.window = window
    this.byEpoch = window.byEpoch
    this.#groups = target.paramGroups
    this.#param = param
    this.#rule = kind.makeRule(converted, window)
    this.#lastStep = options.lastStep ?? -1
    if (this.#lastStep < 0) kind.setInitial?.(this.#groups, converted)
    this.#globalStep = this.#lastStep
    this.#baseValues = this.#initialValues()
    this.step()
  }

  step(): void {
    this.#globalStep += 1
    if (this.#globalStep >= this.window.begin && this.#globalStep < this.window.end) this.#act()
    this.#lastValue = this.#groups.map((group) => readParam(group, this.#param))
  }

  #act(): void {
    const { begin, end } = this.window
    this.#lastStep += 1
    const values = this.#groups.map((group, index) =>
      this.#rule.next({
        step: this.#lastStep,
        value: readParam(group, this.#param),
        base: this.#baseValues[index] ?? Number.NaN,
        lastStepOfWindow: end - begin - 1,
        group: index,
      }),
    )
    this.#groups.forEach((group, index) => {
      writeParam(group, this.#param, values[index] ?? Number.NaN)
    })
  }

  stateDict(): StateTree {
    return {
      ...this.#arguments(),
      baseValues: [...this.#baseValues],
      lastStep: this.#lastStep,
      globalStep: this.#globalStep,
      lastValue: [...this.#lastValue],
    }
  }

  loadStateDict(state: StateTree): void {
    const { globalStep, lastStep, lastValue, baseValues } = state
    if (typeof globalStep !== 'number' || typeof lastStep !== 'number') {
      throw new HookloopError(
        'HL_SCHEDULER_STATE',
        `${this.#name}: the stored state has no globalStep and lastStep`,
      )
    }
    this.#globalStep = globalStep
    this.#lastStep = lastStep
    if (isNumbers(lastValue)) this.#lastValue = [...lastValue]
    if (isNumbers(baseValues)) this.#baseValues = [...baseValues]
    this.changedArguments = differences(state, this.#arguments())
  }

  #arguments(): StateTree {
    return { ...this.#rule.attributes, paramName: this.#param, ...this.window }
  }

  #initialValues(): number[] {
    return this.#groups.map((group, index) => {
      const initial = readInitial(group, this.#param)
      if (initial !== undefined) return initial
      if (this.#lastStep >= 0) throw withoutInitial(this.#name, this.#param, index)
      const value = readParam(group, this.#param)
      writeInitial(group, this.#param, value)
      return value
    })
  }
}

function withoutInitial(name: string, param: ScheduledParam, index: number): HookloopError {
  const key = param === 'lr' ? 'initialLr' : 'initialMomentum'
  return new HookloopError(
    'HL_SCHEDULER_INITIAL',
    `${name}: lastStep says that the schedule goes on, but ${key} is not in paramGroups[${index}]; ` +
      'load the state of the optimizer first, or leave lastStep out',
  )
}

/** Arguments that differ, such as `gamma: 0.1 -> 0.5`. */
export function differences(stored: StateTree, present: StateTree): string[] {
  return Object.keys(present).flatMap((key) => {
    if (moving.includes(key) || !(key in stored)) return []
    const [before, now] = [JSON.stringify(stored[key]), JSON.stringify(present[key])]
    return before === now ? [] : [`${key}: ${before} -> ${now}`]
  })
}

export function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number')
}
