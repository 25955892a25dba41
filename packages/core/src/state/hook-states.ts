import { HookError, type RunPlace } from '../errors/hook-error.js'
import type { HookEntry } from '../hook/hook-entry.js'
import type { Logger } from '../logging/logger.js'
import { packTree } from './pack-tree.js'
import { isStateTree, type StateTree } from './state-tree.js'

/** What of a run hooks are asked and told about. */
interface HookedRun extends RunPlace {
  readonly hooks: { readonly entries: readonly HookEntry[] }
  readonly logger: Logger
}

/**
 * What the hooks of a run want to remember, by their keys.
 * @param salvage leaves out the state of a hook that fails, with a line in the log, instead of failing with it
 * @throws a HookError that names the hook whose `stateDict` fails or gives what cannot be stored
 */
export function captureHookStates(run: HookedRun, salvage: boolean): StateTree {
  const states: StateTree = {}
  for (const entry of run.hooks.entries) {
    try {
      const state = entry.hook.stateDict?.()
      if (state === undefined) continue
      // Later, when all parts are packed, nothing would tell whose state it was.
      packTree('', `the state of ${entry.key}`, state, new Map())
      states[entry.key] = state
    } catch (error) {
      const failure = failed(entry, 'stateDict', run, error)
      if (!salvage) throw failure
      run.logger.error(`${failure.message}. The checkpoint is saved without its state`)
    }
  }
  return states
}

/** Gives hooks back what they wanted to remember. @throws a HookError that names the hook which fails */
export function restoreHookStates(run: HookedRun, states: StateTree | undefined): void {
  for (const [key, state] of Object.entries(states ?? {})) {
    const entry = run.hooks.entries.find((candidate) => candidate.key === key)
    if (entry === undefined) run.logger.warn(`the checkpoint holds state of ${key}, which is not in this run`)
    else if (isStateTree(state)) restore(entry, state, run)
  }
}

function restore(entry: HookEntry, state: StateTree, run: RunPlace): void {
  try {
    entry.hook.loadStateDict?.(state)
  } catch (error) {
    throw failed(entry, 'loadStateDict', run, error)
  }
}

function failed({ name, packageName }: HookEntry, method: string, { epoch, iter }: RunPlace, cause: unknown) {
  return new HookError(name, method, { epoch, iter }, packageName, cause)
}
