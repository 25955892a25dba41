import { HookloopError } from '../errors/hookloop-error.js'
import type { Hook } from './hook.js'
import { priorityLabel } from './priority.js'

/** A hook in a run: who it is and when it comes. */
export interface HookEntry {
  readonly hook: Hook
  /** Registered name, or the class's where the hook is not registered. */
  readonly name: string
  /** `name`, made unique where a hook is there more than once: `name#2`. Its state is stored under it. */
  readonly key: string
  readonly priority: number
  /** Package and version, for messages. */
  readonly packageName: string | undefined
  readonly before: string | undefined
  readonly after: string | undefined
}

/**
 * Hooks in the order of execution: by priority, then as registered, `before` and `after` settling ties.
 * Names of hooks that are not there are left out of account.
 * @throws `HL_HOOK_ORDER` when `before` and `after` contradict the priorities or each other
 */
export function sortHooks(entries: readonly HookEntry[]): HookEntry[] {
  const sorted: HookEntry[] = []
  const waiting = entries.toSorted((a, b) => a.priority - b.priority)
  while (waiting.length > 0) {
    const next = waiting.findIndex((entry) => !waiting.some((other) => mustPrecede(other, entry)))
    const [entry] = waiting.splice(Math.max(next, 0), 1)
    if (entry === undefined || next < 0) throw circle(waiting)
    const later = sorted.at(-1)
    if (later !== undefined && later.priority > entry.priority) throw againstPriority(later, entry)
    sorted.push(entry)
  }
  return sorted
}

function mustPrecede(one: HookEntry, other: HookEntry): boolean {
  return one !== other && (one.before === other.name || other.after === one.name)
}

function circle(waiting: readonly HookEntry[]): HookloopError {
  const names = waiting.map(describeOrder).join(', ')
  return new HookloopError(
    'HL_HOOK_ORDER',
    `these hooks wait for each other: ${names}. Take one 'before' or 'after' away`,
  )
}

function againstPriority(later: HookEntry, entry: HookEntry): HookloopError {
  return new HookloopError(
    'HL_HOOK_ORDER',
    `${describeOrder(entry)} and ${describeOrder(later)} cannot be put in order: 'before' and 'after' settle ties ` +
      `of one priority, but these are ${priorityLabel(entry.priority)} and ${priorityLabel(later.priority)}. ` +
      "Give both one priority, or take 'before' or 'after' away",
  )
}

function describeOrder({ name, before, after }: HookEntry): string {
  const orders = [before && `before '${before}'`, after && `after '${after}'`].filter(Boolean)
  return orders.length === 0 ? name : `${name} (${orders.join(', ')})`
}

/** `(NORMAL      ) IterTimerHook`, as the table of hooks prints it. */
export function describeEntry({ priority, name }: HookEntry): string {
  return `(${priorityLabel(priority).padEnd(12)}) ${name.padEnd(35)}`
}
