import type { Arithmetic, Memory } from './arithmetic.js'
import type { Factors, FactorsAs } from './update-plan.js'

/** What a rule is given of one parameter. */
export interface Update<Value, Taken extends Factors = Factors> {
  /** Its value before, already shrunk by decoupled weight decay. */
  readonly parameter: Value
  /** With the other kind of weight decay added. */
  readonly gradient: Value
  readonly factors: FactorsAs<Taken, Value>
  readonly state: Memory<Value>
}

/** The value of a parameter after an update, whatever it is computed with. */
export type UpdateRule<Taken extends Factors = Factors> = <Value>(
  arithmetic: Arithmetic<Value>,
  update: Update<Value, Taken>,
) => Value
