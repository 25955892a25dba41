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
 * A constraint between different priorities, or one that closes a circle, is left out.
 */
export function sortHooks(entries: readonly HookEntry[]): HookEntry[] {
  const sorted = entries.toSorted((a, b) => a.priority - b.priority)
  for (const entry of entries) {
    if (entry.before !== undefined) moveBeside(sorted, entry, entry.before, 'before')
    if (entry.after !== undefined) moveBeside(sorted, entry, entry.after, 'after')
  }
  return sorted
}

function moveBeside(sorted: HookEntry[], entry: HookEntry, other: string, side: 'before' | 'after'): void {
  const from = sorted.indexOf(entry)
  const to = sorted.findIndex(({ name, priority }) => name === other && priority === entry.priority)
  if (to < 0 || (side === 'before' ? from < to : from > to)) return
  sorted.splice(from, 1)
  sorted.splice(to, 0, entry)
}

/** `(NORMAL      ) IterTimerHook`, as the table of hooks prints it. */
export function describeEntry({ priority, name }: HookEntry): string {
  return `(${priorityLabel(priority).padEnd(12)}) ${name.padEnd(35)}`
}
