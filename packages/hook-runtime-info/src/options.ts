import * as v from 'valibot'

/** RuntimeInfoHook has no options. */
export type RuntimeInfoHookOptions = Readonly<Record<never, never>>

export const runtimeInfoHookSchema = v.strictObject({})
