import type { Hook, HookPoints } from '@hookloop/core'

/** The points that training, validation and test share. */
type SharedPoint = 'beforeEpoch' | 'afterEpoch' | 'beforeIter' | 'afterIter'

/** Every point that a closure can be put at, with the arguments that it gets there. */
export type ClosurePoints = HookPoints & {
  [Point in SharedPoint]: Parameters<NonNullable<Hook[Point]>>
}

export type ClosurePoint = keyof ClosurePoints

/** A function for a hook point; what it returns is waited for where it is a promise, and otherwise dropped. */
export type Closure<Point extends ClosurePoint> = (...args: ClosurePoints[Point]) => unknown

/** A function that fits at least one hook point. */
export type AnyClosure = { [Point in ClosurePoint]: Closure<Point> }[ClosurePoint]
