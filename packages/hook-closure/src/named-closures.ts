import { HookloopError } from '@hookloop/core'
import type { AnyClosure, Closure, ClosurePoint } from './closure.js'

/**
 * Functions that configs may name. Add yours, so that a config is checked and completed by them:
 *
 * ```ts
 * declare module '@hookloop/hook-closure' {
 *   interface Closures { stopAtTarget: typeof stopAtTarget }
 * }
 * ```
 */
export interface Closures extends Readonly<Record<never, AnyClosure>> {}

/** The names of {@link Closures} whose function takes what a point gives. */
export type ClosureName<Point extends ClosurePoint> = {
  [Name in keyof Closures & string]: Closures[Name] extends Closure<Point> ? Name : never
}[keyof Closures & string]

const closures = new Map<string, AnyClosure>()

/**
 * Gives a function a name, for configs that cannot hold functions, such as JSON. Call it before the Runner is made.
 * @throws `HL_NAME_TAKEN` when another function has this name, `HL_REGISTRATION` for what is no name or no function
 */
export function registerClosure<Name extends string>(
  name: Name,
  fn: Name extends keyof Closures ? Closures[Name] : AnyClosure,
): void {
  checkRegistration(name, fn)
  const present = closures.get(name)
  if (present !== undefined && present !== fn) throw nameTaken(name)
  closures.set(name, fn)
}

export function findClosure(name: string): AnyClosure | undefined {
  return closures.get(name)
}

export function closureNames(): string[] {
  return [...closures.keys()]
}

// Callers without types may give anything.
function checkRegistration(name: unknown, fn: unknown): void {
  const example = "such as registerClosure('stopAtTarget', stopAtTarget)"
  if (typeof name !== 'string' || name.trim() === '') {
    const found = typeof name === 'string' ? `'${name}'` : String(name)
    throw new HookloopError(
      'HL_REGISTRATION',
      `registerClosure: the name is ${found}, but must be a text that is not empty, ${example}`,
    )
  }
  if (typeof fn === 'function') return
  const found = fn === null ? 'null' : `a value of type ${typeof fn}`
  throw new HookloopError(
    'HL_REGISTRATION',
    `registerClosure: '${name}' is ${found}, but must be a function, ${example}`,
  )
}

function nameTaken(name: string): HookloopError {
  return new HookloopError(
    'HL_NAME_TAKEN',
    `registerClosure: another function is already registered as '${name}'; give this one a name of its own`,
  )
}
