import { TfeventsError } from './errors.js'
import { quote } from './text.js'

// In milliseconds a time of today has 13 digits; in seconds this bound is the year 5138.
const latestWallTime = 1e11

/** When something was written. */
export interface WallTimed {
  /** Seconds since 1970; now, if left out. */
  wallTime?: number | undefined
}

/** Where in a training something belongs. */
export interface Moment extends WallTimed {
  /** The place on the horizontal axis: a whole number such as the count of iterations. */
  step: number
}

/** @throws TfeventsError `HL_TFEVENTS_STEP` */
export function checkStep(step: number, what: string): void {
  if (Number.isSafeInteger(step)) return
  throw new TfeventsError(
    'HL_TFEVENTS_STEP',
    `${what} has the step ${quote(step)}; steps are whole numbers up to 2^53 - 1`,
  )
}

/**
 * The given wall time, or now.
 * @throws TfeventsError `HL_TFEVENTS_WALL_TIME`
 */
export function checkedWallTime(wallTime: number | undefined, what: string): number {
  if (wallTime === undefined) return Date.now() / 1000
  if (Number.isFinite(wallTime) && Math.abs(wallTime) < latestWallTime) return wallTime
  throw new TfeventsError(
    'HL_TFEVENTS_WALL_TIME',
    `${what} has the wall time ${quote(wallTime)}; it is a number of seconds since 1970, such as Date.now() / 1000`,
  )
}
