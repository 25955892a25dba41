import * as v from 'valibot'

const flag = v.optional(v.boolean('must be true or false'))
const seed = v.optional(v.pipe(v.number('must be a whole number'), v.safeInteger('must be a whole number')))

/** Options of {@link DefaultSampler}. */
export const defaultSamplerSchema = v.strictObject({ shuffle: flag, seed, roundUp: flag })

/** Options of {@link InfiniteSampler}. */
export const infiniteSamplerSchema = v.strictObject({ shuffle: flag, seed })
