import type { Hook, HookConfig, RunnerOptions } from '@hookloop/core'
import type { ContractCheck } from './checks.js'

/** A class of hooks; `Options` is what its constructor takes. */
export type HookClass<Options> = new (options: Options) => Hook

/** A class of hooks, a function that makes a new one at each call, or the config of a registered one. */
export type HookMaker<Options> = HookClass<Options> | (() => Hook | HookConfig) | HookConfig

/** How {@link expectHookContract} tries a hook. */
export interface HookContractOptions<Options = unknown> {
  /** What the constructor of a class is given. */
  readonly hookOptions?: Options
  /**
   * Options for the Runners of the contract, such as another evaluator or hooks that this one requires. Give a function where
   * they hold objects with a state, so that each run gets its own.
   */
  readonly runner?: Partial<RunnerOptions> | (() => Partial<RunnerOptions>)
  /**
   * Fields of the hook that need not come back on resume, such as caches and the time at which the process began; `a.b` for a
   * field of a field.
   */
  readonly transient?: readonly string[]
  /** Checks that this hook need not pass, each with the reason. */
  readonly leaveOut?: Readonly<Partial<Record<ContractCheck, string>>>
}
