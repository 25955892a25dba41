import { HookloopError } from '../errors/hookloop-error.js'

/** Named priorities; a smaller number runs earlier, at every point. */
export const priorities = {
  HIGHEST: 0,
  VERY_HIGH: 10,
  HIGH: 30,
  ABOVE_NORMAL: 40,
  NORMAL: 50,
  BELOW_NORMAL: 60,
  LOW: 70,
  VERY_LOW: 90,
  LOWEST: 100,
} as const

/** A name of {@link priorities}. */
export type PriorityName = keyof typeof priorities

/** A name of {@link priorities} (any case) or an integer from 0 to 100. */
export type Priority = PriorityName | Lowercase<PriorityName> | number

const allowed = `must be an integer from 0 to 100 or one of ${Object.keys(priorities).join(', ')}`

/**
 * The number of a priority.
 * @throws `HL_PRIORITY` for an unknown name or a number that is not an integer from 0 to 100
 */
export function priorityNumber(priority: Priority): number {
  if (typeof priority === 'number') {
    if (Number.isInteger(priority) && priority >= 0 && priority <= 100) return priority
    throw new HookloopError('HL_PRIORITY', `priority is ${priority}, but ${allowed}`)
  }
  const name = String(priority).toUpperCase()
  if (isPriorityName(name)) return priorities[name]
  throw new HookloopError('HL_PRIORITY', `priority is '${String(priority)}', but ${allowed}`)
}

/** The name of a priority number, or the number itself where it has none. */
export function priorityLabel(number: number): PriorityName | `${number}` {
  for (const name of Object.keys(priorities)) {
    if (isPriorityName(name) && priorities[name] === number) return name
  }
  return `${number}`
}

function isPriorityName(name: string): name is PriorityName {
  return Object.hasOwn(priorities, name)
}
