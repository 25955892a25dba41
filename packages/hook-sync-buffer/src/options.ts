import * as v from 'valibot'

/** SyncBuffersHook has no options. */
export type SyncBuffersHookOptions = Readonly<Record<never, never>>

export const syncBuffersHookSchema = v.strictObject({})
