import * as v from 'valibot'

const depthMessage = 'must be a whole number above 0, such as 5, or a list of them'
const depth = v.pipe(v.number(depthMessage), v.integer(depthMessage), v.minValue(1, depthMessage))
const field = v.optional(v.string('must be the name of a field'))

/** Options of {@link Accuracy}. */
export const accuracySchema = v.strictObject({
  topk: v.optional(v.union([depth, v.pipe(v.array(depth), v.minLength(1, depthMessage))], depthMessage)),
  labels: field,
  scores: field,
  prefix: v.optional(v.string("must be what comes before the '/' of a result's name")),
})
