import * as v from 'valibot'

/** ParamSchedulerHook has no options: the schedulers say when they step. */
export type ParamSchedulerHookOptions = Readonly<Record<never, never>>

export const paramSchedulerHookSchema = v.strictObject({})
