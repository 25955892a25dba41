import * as v from 'valibot'

/** When EmptyCacheHook gives memory back; each point counts for training, validation and test. */
export interface EmptyCacheHookOptions {
  /** Default false. */
  readonly beforeEpoch?: boolean
  /** Default true. */
  readonly afterEpoch?: boolean
  /** Default false. */
  readonly afterIter?: boolean
}

const flag = v.optional(v.boolean('must be true or false'))

export const emptyCacheHookSchema = v.strictObject({ beforeEpoch: flag, afterEpoch: flag, afterIter: flag })
