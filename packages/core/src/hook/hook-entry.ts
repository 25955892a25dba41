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
 * Hooks in the order of execution: by priority, then as registered. `before` moves a hook up among those of its
 * priority, `after` moves it down; names of hooks that are not there are left out of account.
 * @throws `HL_HOOK_ORDER` when `before` and `after` contradict the priorities or each other
 */
export function sortHooks(entries: readonly HookEntry[]): HookEntry[] {
  const sorted: HookEntry[] = []
  const waiting = new Set(entries.toSorted((a, b) => a.priority - b.priority))
  const place = (entry: HookEntry, behind: readonly HookEntry[]): void => {
    if (behind.includes(entry)) throw circle(behind)
    for (const other of [...waiting]) {
      if (waiting.has(other) && mustPrecede(other, entry)) place(other, [...behind, entry])
    }
    waiting.delete(entry)
    sorted.push(entry)
  }
  while (waiting.size > 0) {
    const names = new Set([...waiting].map(({ name }) => name))
    const free = [...waiting].find(({ after }) => after === undefined || !names.has(after))
    if (free === undefined) throw circle([...waiting])
    place(free, [])
  }
  checkPriorities(sorted)
  return sorted
}

function mustPrecede(one: HookEntry, other: HookEntry): boolean {
  return one !== other && (one.before === other.name || other.after === one.name)
}

function circle(hooks: readonly HookEntry[]): HookloopError {
  return new HookloopError(
    'HL_HOOK_ORDER',
    `these hooks wait for each other: ${hooks.map(describeOrder).join(', ')}. Take one 'before' or 'after' away`,
  )
}

function checkPriorities(sorted: readonly HookEntry[]): void {
  for (const [index, later] of sorted.entries()) {
    const entry = sorted[index + 1]
    if (entry === undefined || later.priority <= entry.priority) continue
    throw new HookloopError(
      'HL_HOOK_ORDER',
      `${describeOrder(entry)} and ${describeOrder(later)} cannot be put in order: 'before' and 'after' settle ` +
        `ties of one priority, but these have ${priorityLabel(entry.priority)} and ${priorityLabel(later.priority)}. ` +
        "Give both one priority, or take 'before' or 'after' away",
    )
  }
}

/** What `before` and `after` name that is not there, for a warning. */
export function absentNeighbours(entries: readonly HookEntry[]): string[] {
  const names = new Set(entries.map(({ name }) => name))
  return entries
    .filter(({ before, after }) => isAbsent(before, names) || isAbsent(after, names))
    .map((entry) => `${describeOrder(entry)}: no hook of that name is in this run`)
}

function isAbsent(name: string | undefined, names: ReadonlySet<string>): boolean {
  return name !== undefined && !names.has(name)
}

function describeOrder({ name, before, after }: HookEntry): string {
  const orders = [before && `before '${before}'`, after && `after '${after}'`].filter(Boolean)
  return orders.length === 0 ? name : `${name} (${orders.join(', ')})`
}

/** `(NORMAL      ) IterTimerHook`, as the table of hooks prints it. */
export function describeEntry({ priority, name }: HookEntry): string {
  return `(${priorityLabel(priority).padEnd(12)}) ${name.padEnd(35)}`
}
