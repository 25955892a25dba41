import {
  checkOptions,
  type HasParamGroups,
  HookloopError,
  type Metrics,
  type ParamGroup,
  type ParamScheduler,
  type SchedulerContext,
  type StateTree,
} from '@hookloop/core'
import * as v from 'valibot'
import { differences } from './rule-scheduler.js'
import {
  anyNumber,
  numberFrom,
  type ScheduleOptions,
  scheduleEntries,
  wholeFrom,
} from './schedule-options.js'
import { readInitial, readParam, type ScheduledParam, writeInitial, writeParam } from './scheduled-param.js'
import { convertOptions, type Window } from './window.js'

/** Options of {@link ReduceOnPlateauLR} and {@link ReduceOnPlateauMomentum}. */
export interface ReduceOnPlateauOptions extends Omit<ScheduleOptions, 'convertToIterBased' | 'lastStep'> {
  /** The metric to watch. Default `loss`. */
  readonly monitor?: string
  /** Whether a smaller or a greater value is better. Default `less`. */
  readonly rule?: 'less' | 'greater'
  /** Below 1. Default 0.1. */
  readonly factor?: number
  /** Validations without improvement that are let pass. Default 10. */
  readonly patience?: number
  /** How much better counts as better. Default 1e-4. */
  readonly threshold?: number
  /** Whether `threshold` is a share of the best value or a difference. Default `rel`. */
  readonly thresholdRule?: 'rel' | 'abs'
  /** Validations after a reduction that are not counted. Default 0. */
  readonly cooldown?: number
  /** Lowest value, one for all groups or one per group. Default 0. */
  readonly minValue?: number | readonly number[]
  /** A smaller decrease is left out; from 0. Default 1e-8. */
  readonly eps?: number
}

const { convertToIterBased: _convert, lastStep: _lastStep, ...windowEntries } = scheduleEntries
const factorMessage = 'must be a number from 0 to below 1, such as 0.1'

export const reduceOnPlateauSchema = v.strictObject({
  ...windowEntries,
  byEpoch: v.optional(
    v.literal(true, 'must be true: ReduceOnPlateau steps after validations, by epoch only'),
  ),
  monitor: v.optional(v.string("must be the name of a metric, such as 'loss'")),
  rule: v.optional(v.picklist(['less', 'greater'], "must be 'less' or 'greater'")),
  factor: v.optional(
    v.pipe(v.number(factorMessage), v.minValue(0, factorMessage), v.ltValue(1, factorMessage)),
  ),
  patience: v.optional(wholeFrom(0, 10)),
  threshold: v.optional(anyNumber),
  thresholdRule: v.optional(v.picklist(['rel', 'abs'], "must be 'rel' or 'abs'")),
  cooldown: v.optional(wholeFrom(0, 2)),
  minValue: v.optional(
    v.union([anyNumber, v.array(anyNumber)], 'must be a number, or a list with one per group'),
  ),
  // One below 0 would raise what lies below the lowest value.
  eps: v.optional(numberFrom(0, 1e-8)),
})

const defaults = {
  monitor: 'loss',
  rule: 'less',
  factor: 0.1,
  patience: 10,
  threshold: 1e-4,
  thresholdRule: 'rel',
  cooldown: 0,
  minValue: 0,
  eps: 1e-8,
} as const satisfies ReduceOnPlateauOptions

/** Where a plateau scheduler stands. */
export interface PlateauState {
  readonly best: number
  readonly numBadEpochs: number
  readonly cooldownCounter: number
  readonly lastStep: number
  readonly globalStep: number
}

/** Reduces a parameter when a metric has stopped improving. */
export class ReduceOnPlateau implements ParamScheduler {
  readonly byEpoch = true
  readonly needsMetrics = true
  changedArguments: readonly string[] = []
  readonly #settings: typeof defaults | Required<Pick<ReduceOnPlateauOptions, keyof typeof defaults>>
  readonly #window: Window
  readonly #groups: readonly ParamGroup[]
  readonly #param: ScheduledParam
  readonly #minValues: readonly number[]
  #state: PlateauState

  /** @throws `HL_CONFIG` for wrong options */
  constructor(
    target: HasParamGroups,
    context: SchedulerContext,
    param: ScheduledParam,
    options: ReduceOnPlateauOptions,
  ) {
    const name = new.target.name
    checkOptions(name, reduceOnPlateauSchema, options)
    const { begin, end, ...rest } = options
    this.#settings = { ...defaults, ...rest }
    this.#window = convertOptions(name, options, context, []).window
    this.#groups = target.paramGroups
    this.#param = param
    this.#minValues = minValuesOf(this.#settings.minValue, this.#groups.length)
    for (const group of this.#groups) {
      if (readInitial(group, param) === undefined) writeInitial(group, param, readParam(group, param))
    }
    // Worse than anything that a metric can be, as in MMEngine.
    const best = this.#settings.rule === 'less' ? 1e9 : -1e9
    this.#state = { best, numBadEpochs: 0, cooldownCounter: 0, lastStep: -1, globalStep: 0 }
  }

  get state(): PlateauState {
    return this.#state
  }

  /**
   * Without metrics counts an epoch; with those of a validation looks at them.
   * @throws `HL_SCHEDULER_MONITOR` when the watched metric is not among them
   */
  step(metrics?: Metrics): void {
    const { globalStep } = this.#state
    if (metrics === undefined) {
      this.#state = { ...this.#state, globalStep: globalStep + 1 }
      return
    }
    if (globalStep < this.#window.begin || globalStep >= this.#window.end) return
    this.#judge(this.#monitored(metrics))
  }

  stateDict(): StateTree {
    return { ...this.#arguments(), ...this.#state }
  }

  loadStateDict(state: StateTree): void {
    const restored = { ...this.#state }
    for (const key of ['best', 'numBadEpochs', 'cooldownCounter', 'lastStep', 'globalStep'] as const) {
      const value = state[key]
      if (typeof value === 'number') restored[key] = value
    }
    this.#state = restored
    this.changedArguments = differences(state, this.#arguments())
  }

  #arguments(): StateTree {
    const { minValue, ...settings } = this.#settings
    return { ...settings, minValue: typeof minValue === 'number' ? minValue : [...minValue], ...this.#window }
  }

  #monitored(metrics: Metrics): number {
    const { monitor } = this.#settings
    const value = metrics[monitor]
    if (typeof value === 'number') return value
    const known = Object.keys(metrics).join(', ') || 'none'
    throw new HookloopError(
      'HL_SCHEDULER_MONITOR',
      `${this.constructor.name} watches the metric '${monitor}', but the validation gave ${known}; set monitor to one of them`,
    )
  }

  #judge(value: number): void {
    const { patience, cooldown } = this.#settings
    let { best, numBadEpochs, cooldownCounter } = this.#state
    if (this.#isBetter(value, best)) {
      best = value
      numBadEpochs = 0
    } else numBadEpochs += 1
    if (cooldownCounter > 0) {
      cooldownCounter -= 1
      numBadEpochs = 0
    }
    if (numBadEpochs > patience) {
      this.#reduce()
      cooldownCounter = cooldown
      numBadEpochs = 0
    }
    this.#state = { ...this.#state, best, numBadEpochs, cooldownCounter, lastStep: this.#state.lastStep + 1 }
  }

  #isBetter(value: number, best: number): boolean {
    const { rule, threshold, thresholdRule } = this.#settings
    const sign = rule === 'less' ? -1 : 1
    const bar = thresholdRule === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold
    return rule === 'less' ? value < bar : value > bar
  }

  #reduce(): void {
    const { factor, eps } = this.#settings
    this.#groups.forEach((group, index) => {
      const value = readParam(group, this.#param)
      const reduced = Math.max(value * factor, this.#minValues[index] ?? 0)
      if (value - reduced > eps) writeParam(group, this.#param, reduced)
    })
  }
}

function minValuesOf(minValue: number | readonly number[], groups: number): readonly number[] {
  if (typeof minValue === 'number') return Array.from({ length: groups }, () => minValue)
  if (minValue.length === groups) return minValue
  throw new HookloopError(
    'HL_SCHEDULER_GROUPS',
    `minValue has ${minValue.length} values, but there are ${groups} parameter groups; give one value per group`,
  )
}

/** Reduces a learning rate when a metric has stopped improving. */
export class ReduceOnPlateauLR extends ReduceOnPlateau {
  constructor(target: HasParamGroups, context: SchedulerContext, options: ReduceOnPlateauOptions = {}) {
    super(target, context, 'lr', options)
  }
}

/** Reduces a momentum when a metric has stopped improving. */
export class ReduceOnPlateauMomentum extends ReduceOnPlateau {
  constructor(target: HasParamGroups, context: SchedulerContext, options: ReduceOnPlateauOptions = {}) {
    super(target, context, 'momentum', options)
  }
}
