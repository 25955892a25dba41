import type { Hook, Runner } from '@hookloop/core'
import type { ContractFinding } from '../finding.js'
import type { HookCall } from './node-call-tracker.js'

/** Looks at one thing while a run goes on with the hook under test. What it puts in place it takes away in `end`. */
export interface Watch {
  /** A method of the hook is called. */
  beginCall?(call: HookCall, args: readonly unknown[]): void
  /** It has ended, promises included, well or not. */
  endCall?(call: HookCall, args: readonly unknown[]): void
  /** The Runner is there, and nothing was done with it yet. */
  meet?(runner: Runner, hook: Hook): void
  /** The run has ended, well or not; nothing was freed yet. */
  endRun?(runner: Runner, hook: Hook): void
  /** Everything was freed. @returns what was found */
  end(): readonly ContractFinding[]
}
