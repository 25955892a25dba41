import * as v from 'valibot'

export interface TemplateHookOptions {
  /** Looks at the loss every so many iterations. Default 10. */
  readonly interval?: number
}

const intervalMessage = 'must be a whole number above 0, such as 10'

/** Checks the options before anything is built; the messages say what is allowed. */
export const templateHookSchema = v.strictObject({
  interval: v.optional(
    v.pipe(v.number(intervalMessage), v.integer(intervalMessage), v.minValue(1, intervalMessage)),
  ),
})
