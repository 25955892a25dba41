import type { StateTree } from '@hookloop/core'
import type { ScheduleOptions } from './schedule-options.js'
import type { Window } from './window.js'

/** What a rule may know at a step. */
export interface RuleStep {
  /** Steps since `begin`, from 0. */
  readonly step: number
  /** The value before this step: what other schedulers did to it is in there. */
  readonly value: number
  /** The initial value of the group. */
  readonly base: number
  /** The last step of the window. */
  readonly lastStepOfWindow: number
  /** Which group it is. */
  readonly group: number
}

/** How a value goes on from step to step. */
export interface Rule {
  /** Arguments as they are stored, to tell on resume what changed. */
  readonly attributes: StateTree
  /** The value after a step. */
  next(at: RuleStep): number
}

/** Makes a rule from options in the unit in which it steps. */
export type RuleMaker<Options extends ScheduleOptions> = (options: Options, window: Window) => Rule
