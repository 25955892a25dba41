import { didYouMean, hookPoints } from '@hookloop/core'
import * as v from 'valibot'
import type { Closure, ClosurePoint } from './closure.js'
import { type ClosureName, closureNames, findClosure } from './named-closures.js'

/** A function and the point at which it is called. */
export type ClosureHookOptions = {
  [Point in ClosurePoint]: {
    /** Such as `afterTrainIter`; `beforeEpoch`, `afterEpoch`, `beforeIter`, `afterIter` for all loops. */
    readonly point: Point
    /** The function, or the name under which `registerClosure` knows it. */
    readonly fn: Closure<Point> | ClosureName<Point>
  }
}[ClosurePoint]

/** All points, the shared ones last. */
export const closurePoints: readonly ClosurePoint[] = [
  ...hookPoints,
  ...(['beforeEpoch', 'afterEpoch', 'beforeIter', 'afterIter'] as const),
]

export const closureHookSchema = v.strictObject({
  point: v.pipe(v.unknown(), v.check(isPoint, pointMessage)),
  fn: v.pipe(v.unknown(), v.check(isClosure, closureMessage)),
})

function isPoint(value: unknown): boolean {
  return closurePoints.some((point) => point === value)
}

function pointMessage({ input }: { input: unknown }): string {
  const hint = typeof input === 'string' ? didYouMean(input, closurePoints) : ''
  return `must be a hook point. ${hint || `Points are ${closurePoints.join(', ')}`}`
}

function isClosure(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'string' && findClosure(value) !== undefined)
}

function closureMessage({ input }: { input: unknown }): string {
  const names = closureNames()
  const hints = [
    ...(typeof input === 'string' ? [didYouMean(input, names)] : []),
    `Registered: ${names.join(', ') || 'none'}`,
  ]
  return `must be a function, or a name that registerClosure was given. ${hints.filter(Boolean).join(' ')}`
}
