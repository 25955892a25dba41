import * as v from 'valibot'

const fieldMessage = 'must be the name of a field'

/** The name of a field of batches or predictions. */
export const field = v.optional(v.pipe(v.string(fieldMessage), v.nonEmpty(fieldMessage)))

export const prefix = v.optional(v.string("must be what comes before the '/' of a result's name"))
