import * as v from 'valibot'

/** Options of {@link IterTimerHook}. */
export interface IterTimerHookOptions {
  /** A clock in seconds. Default: the process's monotonic clock. */
  readonly now?: () => number
}

export const iterTimerHookSchema = v.strictObject({
  now: v.optional(
    v.function('must be a function that returns seconds, such as () => performance.now() / 1000'),
  ),
})
