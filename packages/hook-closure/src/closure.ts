import type { Hook, HookPoints } from '@hookloop/core'

/** The points that training, validation and test share. */
type SharedPoint = 'beforeEpoch' | 'afterEpoch' | 'beforeIter' | 'afterIter'

/** Every point that a closure can be put at, with the arguments that it gets there. */
export type ClosurePoints = HookPoints & {
  [Point in SharedPoint]: Parameters<NonNullable<Hook[Point]>>
}

/** The hook points that a closure can be called at. */
export type ClosurePoint = keyof ClosurePoints

/** The points inside the update of the parameters, where nothing can be waited for. */
type SynchronousPoint = 'beforeOptimStep' | 'afterOptimStep'

type Primitive = string | number | bigint | boolean | symbol | null | undefined

/** Anything but a promise: what has a method `then` counts as one. */
// biome-ignore lint/suspicious/noConfusingVoidType: what a function without `return` gives.
type Settled = void | Primitive | (object & { then?: Primitive | (object & { call?: never }) })

/**
 * A function for a hook point; what it returns is waited for where it is a promise, and otherwise dropped. No promise
 * is allowed at `beforeOptimStep` and `afterOptimStep`.
 */
export type Closure<Point extends ClosurePoint> = (
  ...args: ClosurePoints[Point]
) => Point extends SynchronousPoint ? Settled : unknown

/** A function that fits at least one hook point. */
export type AnyClosure = { [Point in ClosurePoint]: Closure<Point> }[ClosurePoint]
