import * as v from 'valibot'

/** Settings that every optimizer of this package has. */
export interface OptimizerSettings {
  lr: number
  weightDecay: number
  maximize: boolean
  /** Shrinks the parameters themselves instead of adding to the gradient. */
  decoupledWeightDecay?: boolean
}

/** A schema of options, with its known names. */
export type OptionsSchema = v.GenericSchema & { readonly entries: object }

/** A finite number of at least 0. */
export function atLeastZero(example: number) {
  const message = `must be a number of at least 0, such as ${example}`
  return v.optional(
    v.pipe(
      v.number(message),
      v.check((value) => value >= 0 && value < Number.POSITIVE_INFINITY, message),
    ),
  )
}

/** A number in [0, 1), such as a decay rate of an average. */
export function decayRate(example: number) {
  return v.optional(fraction(`must be a number in [0, 1), such as ${example}`))
}

/** Two decay rates. */
export function decayRates(example: readonly [number, number]) {
  const message = `must be two numbers in [0, 1), such as [${example.join(', ')}]`
  return v.optional(v.strictTuple([fraction(message), fraction(message)], message))
}

export function flag() {
  return v.optional(v.boolean('must be true or false'))
}

/** The entries that every optimizer has. */
export const commonEntries = {
  lr: atLeastZero(0.001),
  weightDecay: atLeastZero(0.01),
  maximize: flag(),
}

function fraction(message: string) {
  return v.pipe(
    v.number(message),
    v.check((value) => value >= 0 && value < 1, message),
  )
}
