import * as v from 'valibot'

/** DistSamplerSeedHook has no options. */
export type DistSamplerSeedHookOptions = Readonly<Record<never, never>>

export const distSamplerSeedHookSchema = v.strictObject({})
